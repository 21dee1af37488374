import type { PgBoss } from 'pg-boss'
import type { JobId } from '../../contract/pipeline.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Connection } from '../warehouse/db.ts'
import { openQueue, type Task } from './queue.ts'

const wanted: Task = { trigger: 'manual', count: 1, chain: false }

export type RunRequests = {
  /** Puts a run of a job into the queue; throws `unavailable` when no worker has ever made the queue. */
  request(job: JobId): Promise<void>
  close(): Promise<void>
}

/** Asks the workers for runs, from any process. The queue is opened when the first run is asked for. */
export function openRequests(connection: Connection, log: Log): RunRequests {
  let opened: Promise<PgBoss> | undefined
  const open = (): Promise<PgBoss> => {
    const boss = openQueue(connection, { works: false })
    boss.on('error', (error) => log.warn({ error: toMessage(error) }, 'the job queue cannot reach the database'))
    opened = boss.start()
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return {
    request: async (job) => {
      try {
        await (await (opened ?? open())).send(job, wanted)
      } catch (cause) {
        throw new AppError('unavailable', 'The job queue does not answer: is a process with the role jobs running?', {
          cause,
        })
      }
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.stop({ graceful: false })
    },
  }
}

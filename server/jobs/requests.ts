import type { PgBoss } from 'pg-boss'
import type { JobId } from '../../contract/pipeline.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Connection } from '../warehouse/db.ts'
import { openQueue, type Task } from './queue.ts'

const manualRun: Task = { trigger: 'manual', count: 1, chain: false }

export type RunRequests = {
  /** Queues a run of a job. Throws `unavailable` when the queue does not exist or the database is down. */
  request(job: JobId): Promise<void>
  close(): Promise<void>
}

/** Queues manual runs from any process. Connects on the first request. */
export function openRequests(connection: Connection, log: Log): RunRequests {
  let opened: Promise<PgBoss> | undefined
  const open = (): Promise<PgBoss> => {
    const boss = openQueue(connection, { works: false })
    boss.on('error', (error) => log.warn({ error: toMessage(error) }, "can't reach the database of the job queue"))
    opened = boss.start()
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return {
    request: async (job) => {
      try {
        await (await (opened ?? open())).send(job, manualRun)
      } catch (cause) {
        throw new AppError(
          'unavailable',
          "Can't reach the job queue. Check that a process with the role jobs is running.",
          {
            cause,
          },
        )
      }
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.stop({ graceful: false })
    },
  }
}

import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { type JobId, jobIds } from '../../contract/pipeline.ts'
import { toMessage } from '../errors.ts'
import type { Connection } from '../warehouse/db.ts'
import { upsertSchedule } from '../warehouse/pipeline.ts'
import { setRetry, takeTurn } from '../warehouse/retries.ts'
import { abandonLostRuns } from '../warehouse/runs.ts'
import { type Attempt, type AttemptOptions, type AttemptOutcome, attemptJob } from './attempt.ts'
import { openQueue, type Task } from './queue.ts'
import { schedule, toNextRun } from './schedule.ts'

const heartbeatSeconds = 10
const pollSeconds = 1
const watchMs = 5000
const sameErrorMs = 10_000
const stopWithinMs = 8000

/** Two at once per job and worker, so that an overlapping run is seen, and recorded as skipped. */
const workersPerJob = 2

const scheduled: Task = { trigger: 'schedule', count: 1, chain: false }

/** `schedules` false: runs only what a start and others ask for, and leaves what is due to other workers. */
export type RunnerOptions = AttemptOptions & { connection: Connection; schedules?: boolean }

export type Runner = {
  /** Runs the first job now, what follows it after it, and all by their schedule, until `stop`. */
  start(): Promise<void>
  /** Ends what runs at its next boundary and resolves when it has ended. */
  stop(): Promise<void>
}

/**
 * Runs the jobs of `schedule.ts` from a queue in the database: one run of each per tick over all workers, and a run
 * whose worker died again by another one.
 */
export function createRunner(options: RunnerOptions): Runner {
  const { db, log, clock, connection } = options
  const stopping = new AbortController()
  const boss = openQueue(connection, { works: true, schedules: options.schedules })
  boss.on('error', logSparingly(options))
  let watch: NodeJS.Timeout | undefined

  const send = async (job: JobId, task: Task, startAfter?: Date): Promise<void> => {
    await boss.send(job, task, startAfter === undefined ? {} : { startAfter })
  }

  const retry = async (job: JobId, { count, chain }: Task, retryAt: Date): Promise<void> => {
    const due = retryAt.toISOString()
    const next: Task = { trigger: 'retry', count: count + 1, chain, due }
    await setRetry(db, job, { at: due, attempt: next.count, chain })
    log.info({ job, attempt: next.count, at: due }, 'retry scheduled')
    await send(job, next, retryAt)
  }

  const follow = async (job: JobId, task: Task, outcome: AttemptOutcome): Promise<void> => {
    const { status, retryAt, idle, leads } = outcome
    const done = status === 'success' || idle === true
    const { next, each } = schedule[job]
    if (each !== undefined && (status === 'failed' || (done && !task.chain))) await send(each, scheduled)
    if (status === 'failed' && retryAt !== undefined) await retry(job, task, retryAt)
    if (done && next !== null && (task.chain || leads === true))
      await send(next, { trigger: task.chain ? 'startup' : 'schedule', count: 1, chain: task.chain })
  }

  const handle = async (job: JobId, { id, data, retryCount, signal }: JobWithMetadata<Task | null>): Promise<void> => {
    const { trigger, count, chain, due } = data ?? scheduled
    const isRedelivered = retryCount > 0
    const nextRunAt = toNextRun(job, clock.now()).toISOString()
    const waiting = await takeTurn(db, { job, nextRunAt, due: isRedelivered ? undefined : due })
    if (waiting === undefined) return log.info({ job, due }, 'retry dropped: another run has taken its place')
    const attempt: Attempt = {
      job,
      trigger: isRedelivered ? 'retry' : trigger,
      count: retryCount + (trigger === 'manual' ? (waiting?.attempt ?? count) : count),
      queueId: id,
      stopping: AbortSignal.any([stopping.signal, signal]),
    }
    const task: Task = { trigger, count: attempt.count ?? count, chain: chain || waiting?.chain === true }
    await follow(job, task, await attemptJob(options, attempt))
  }

  const watchRuns = async (): Promise<void> => {
    const lost = await abandonLostRuns(db)
    if (lost === 0) return
    log.warn({ lost }, 'runs given up: their workers gave no sign of life')
    await send('data_quality_checks', scheduled)
  }

  return {
    start: async () => {
      await boss.start()
      await register(options, boss)
      watch = setInterval(() => {
        watchRuns().catch(() => undefined)
      }, watchMs)
      await send('ingest_market_data', { trigger: 'startup', count: 1, chain: true })
      const work = {
        includeMetadata: true,
        pollingIntervalSeconds: pollSeconds,
        localConcurrency: workersPerJob,
      } as const
      for (const job of jobIds)
        await boss.work<Task | null, void, typeof work>(job, work, async ([task]) => {
          if (task !== undefined) await handle(job, task)
        })
    },
    stop: async () => {
      clearInterval(watch)
      stopping.abort(new Error('stopped before it ended'))
      await boss.stop({ graceful: true, timeout: stopWithinMs })
    },
  }
}

/** Makes the queues and the schedule what `schedule.ts` says. */
async function register({ db, clock }: RunnerOptions, boss: PgBoss): Promise<void> {
  for (const job of jobIds) {
    const queue = {
      expireInSeconds: schedule[job].timeoutMs / 1000 + 30,
      heartbeatSeconds,
      retryLimit: schedule[job].retries,
      deleteAfterSeconds: 86_400,
      retentionSeconds: 3600,
    }
    await boss.createQueue(job, queue)
    await boss.updateQueue(job, queue)
    await boss.schedule(job, schedule[job].cron, scheduled, { tz: 'UTC' })
  }
  for (const { name } of await boss.getSchedules()) if (!jobIds.some((job) => job === name)) await boss.unschedule(name)
  await upsertSchedule(
    db,
    jobIds.map((job, position) => ({
      job_id: job,
      position,
      cron: schedule[job].cron,
      timeout_seconds: schedule[job].timeoutMs / 1000,
      grace_seconds: schedule[job].graceMs / 1000,
      next_run_at: toNextRun(job, clock.now()).toISOString(),
    })),
  )
}

/** While the database is away every poll fails alike: one line in 10 s says so. */
function logSparingly({ log, clock }: RunnerOptions): (error: Error) => void {
  let last = { message: '', at: 0 }
  return (error) => {
    const message = toMessage(error).replace(/\(Queue:.*/, '')
    if (message === last.message && clock.now() - last.at < sameErrorMs) return
    last = { message, at: clock.now() }
    log.warn({ error: message }, 'the job queue cannot reach the database')
  }
}

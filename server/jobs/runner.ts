import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { type JobId, jobIds } from '../../contract/pipeline.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import type { Connection } from '../warehouse/db.ts'
import { upsertSchedule } from '../warehouse/pipeline.ts'
import { claimRetry, setRetry } from '../warehouse/retries.ts'
import { abandonLostRuns } from '../warehouse/runs.ts'
import { type Attempt, type AttemptOptions, type AttemptOutcome, attemptJob } from './attempt.ts'
import { openQueue, type Task } from './queue.ts'
import { findNextRun, schedule } from './schedule.ts'

const heartbeatSeconds = 10
const pollSeconds = 1
const abandonCheckMs = 5000
const repeatedErrorMs = 10_000
const stopTimeoutMs = 8000

/** Two per job, because an overlapping run must start to be recorded as skipped. */
const concurrencyPerJob = 2

const scheduled: Task = { trigger: 'schedule', count: 1, chain: false }

/** `schedules` false: runs startup and manual runs only, and leaves scheduled ones to other workers. */
export type RunnerOptions = AttemptOptions & { connection: Connection; schedules?: boolean }

export type Runner = {
  /** Runs the startup chain, then all jobs on schedule until `stop`. */
  start(): Promise<void>
  /** Cancels runs at their next checkpoint and resolves when they have ended. */
  stop(): Promise<void>
}

/**
 * Runs the jobs of `schedule.ts` from a queue in the database that all workers share. When a worker dies, another one
 * repeats its run.
 */
export function createRunner(options: RunnerOptions): Runner {
  const { db, log, connection } = options
  const stopping = new AbortController()
  const boss = openQueue(connection, { works: true, schedules: options.schedules })
  boss.on('error', createErrorLogger(options))
  const onNewWork = (job: JobId): void => {
    const { triggers } = schedule[job]
    if (triggers !== null) boss.send(triggers, scheduled).catch(() => undefined)
  }
  const worker: Worker = { ...options, boss, stopping: stopping.signal, onNewWork }
  let abandonTimer: NodeJS.Timeout | undefined

  const abandonRuns = async (): Promise<void> => {
    const lost = await abandonLostRuns(db)
    if (lost === 0) return
    log.warn({ lost }, 'runs abandoned: their workers sent no heartbeat')
    await boss.send('data_quality_checks', scheduled)
  }

  return {
    start: async () => {
      await boss.start()
      await register(options, boss)
      abandonTimer = setInterval(() => {
        abandonRuns().catch(() => undefined)
      }, abandonCheckMs)
      await boss.send('ingest_market_data', { trigger: 'startup', count: 1, chain: true } satisfies Task)
      const work = {
        includeMetadata: true,
        pollingIntervalSeconds: pollSeconds,
        localConcurrency: concurrencyPerJob,
      } as const
      for (const job of jobIds)
        await boss.work<Task | null, void, typeof work>(job, work, async ([task]) => {
          if (task !== undefined) await handle(worker, job, task)
        })
    },
    stop: async () => {
      clearInterval(abandonTimer)
      stopping.abort(new Error('the process stopped'))
      await boss.stop({ graceful: true, timeout: stopTimeoutMs })
    },
  }
}

type Worker = RunnerOptions & { boss: PgBoss; stopping: AbortSignal }

/** Runs a queued task, unless it is a retry that another run has replaced, and queues what follows it. */
async function handle(
  worker: Worker,
  job: JobId,
  { id, data, retryCount, signal }: JobWithMetadata<Task | null>,
): Promise<void> {
  const { db, log, clock } = worker
  const { trigger, count, chain, due } = data ?? scheduled
  const isRedelivered = retryCount > 0
  const nextRunAt = findNextRun(job, clock.now()).toISOString()
  const start = { job, nextRunAt, due: isRedelivered ? undefined : due, manual: trigger === 'manual' }
  const claimed = await claimRetry(db, start)
  if (claimed === 'replaced') return log.info({ job, due }, 'retry dropped: another run replaced it')
  if (claimed === 'paused') return skipPaused(worker, job, chain)
  const { retry } = claimed
  const attempt: Attempt = {
    job,
    trigger: isRedelivered ? 'retry' : trigger,
    count: retryCount + (trigger === 'manual' ? (retry?.attempt ?? count) : count),
    queueId: id,
    retryOf: isRedelivered || (due === undefined && trigger !== 'manual') ? null : (retry?.of ?? null),
    stopping: AbortSignal.any([worker.stopping, signal]),
  }
  const task: Task = { trigger, count: attempt.count ?? count, chain: chain || retry?.chain === true }
  await queueNext(worker, job, task, await attemptJob(worker, attempt))
}

/** Leaves out a run of a paused job. The jobs after it in a startup chain run. */
async function skipPaused({ log, boss }: Worker, job: JobId, chain: boolean): Promise<void> {
  log.info({ job }, 'run left out: the job is paused')
  const { triggers, alsoTriggers } = schedule[job]
  if (chain && alsoTriggers !== undefined)
    await boss.send(alsoTriggers, { trigger: 'startup', count: 1, chain: false } satisfies Task)
  if (chain && triggers !== null) await boss.send(triggers, { trigger: 'startup', count: 1, chain } satisfies Task)
}

/** Queues the retry of a failed run, or the jobs that a run triggers. */
async function queueNext({ db, log, boss }: Worker, job: JobId, task: Task, outcome: AttemptOutcome): Promise<void> {
  const { status, retryAt, idle, hasNewWork } = outcome
  const done = status === 'success' || idle === true
  const { triggers, alsoTriggers, afterEachRun } = schedule[job]
  if (afterEachRun !== undefined && (status === 'failed' || (done && !task.chain)))
    await boss.send(afterEachRun, scheduled)
  if (status === 'failed' && retryAt !== undefined) {
    const due = retryAt.toISOString()
    const next: Task = { trigger: 'retry', count: task.count + 1, chain: task.chain, due }
    await setRetry(db, job, { at: due, attempt: next.count, chain: task.chain, of: outcome.id })
    log.info({ job, attempt: next.count, at: due }, 'retry scheduled')
    await boss.send(job, next, { startAfter: retryAt })
  }
  if (!done || !(task.chain || hasNewWork === true)) return
  const trigger = task.chain ? 'startup' : 'schedule'
  if (alsoTriggers !== undefined) await boss.send(alsoTriggers, { trigger, count: 1, chain: false } satisfies Task)
  if (triggers !== null) await boss.send(triggers, { trigger, count: 1, chain: task.chain } satisfies Task)
}

/** Creates or updates the queues and stores the schedule. */
async function register({ db, clock }: RunnerOptions, boss: PgBoss): Promise<void> {
  for (const job of jobIds) {
    const queue = {
      expireInSeconds: schedule[job].timeoutMs / 1000 + 30,
      heartbeatSeconds,
      retryLimit: schedule[job].maxRetries,
      deleteAfterSeconds: dayMs / 1000,
      retentionSeconds: hourMs / 1000,
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
      next_run_at: findNextRun(job, clock.now()).toISOString(),
    })),
  )
}

/** Logs a repeated error once per 10 s: while the database is down, every poll fails. */
function createErrorLogger({ log, clock }: RunnerOptions): (error: Error) => void {
  let last = { message: '', at: 0 }
  return (error) => {
    const message = toMessage(error).replace(/\(Queue:.*/, '')
    if (message === last.message && clock.now() - last.at < repeatedErrorMs) return
    last = { message, at: clock.now() }
    log.warn({ error: message }, "can't reach the database of the job queue")
  }
}

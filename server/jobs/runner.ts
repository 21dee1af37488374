import { SourceError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { isTransient } from '../warehouse/db.ts'
import { withLock } from '../warehouse/locks.ts'
import { abandonRuns, finishRun, insertRun, type RunOutcome, type RunTrigger } from '../warehouse/runs.ts'
import type { JobDeps } from './job.ts'
import { type JobId, jobIds, schedule } from './schedule.ts'

const firstRetryMs = 15_000
const databaseRetryMs = 2000

export type RunnerOptions = JobDeps & { log: Log }

export type Runner = {
  /** Runs a job now; returns how it ended. */
  runOnce(job: JobId, trigger: RunTrigger): Promise<RunOutcome>
  /** Runs every job now and then by its schedule, until `stop`. */
  start(): void
  /** Aborts what runs and resolves when it has ended. */
  stop(): Promise<void>
}

/** Runs the jobs of `schedule.ts`, one run of a job at a time over all processes, each with its row of pipeline_runs. */
export function createRunner(options: RunnerOptions): Runner {
  const stopping = new AbortController()
  const loops: Promise<void>[] = []
  return {
    runOnce: (job, trigger) => attempt(options, { job, trigger, count: 1, stopping: stopping.signal }),
    start: () => {
      for (const job of jobIds) loops.push(keepRunning(options, job, stopping.signal))
    },
    stop: async () => {
      stopping.abort(new Error('stopped before it ended'))
      await Promise.all(loops)
    },
  }
}

async function keepRunning(options: RunnerOptions, job: JobId, stopping: AbortSignal): Promise<void> {
  let trigger: RunTrigger = 'startup'
  for (let count = 1; !stopping.aborted; ) {
    const outcome = await attempt(options, { job, trigger, count, stopping })
    const failed = outcome.status === 'failed'
    const now = options.clock.now()
    const next = failed && outcome.details?.next_attempt_at
    const wait = typeof next === 'string' ? Date.parse(next) - now : toNextTickMs(job, now)
    trigger = failed ? 'retry' : 'schedule'
    count = failed ? count + 1 : 1
    await options.clock.sleep(Math.max(0, wait), stopping).catch(() => undefined)
  }
}

const toNextTickMs = (job: JobId, now: number): number => schedule[job].everyMs - (now % schedule[job].everyMs)

/** A failed run is repeated after 15 s, then twice as long each time, when its upstream asks for it, or at the next tick. */
function toRetryMs(options: RunnerOptions, job: JobId, count: number, error: unknown): number {
  const nextTick = toNextTickMs(job, options.clock.now())
  if (isTransient(error)) return databaseRetryMs
  const asked = error instanceof SourceError ? error.retryAfterMs : null
  return asked ?? Math.min(nextTick, firstRetryMs * 2 ** (count - 1))
}

type Attempt = { job: JobId; trigger: RunTrigger; count: number; stopping: AbortSignal }

async function attempt(options: RunnerOptions, { job, trigger, count, stopping }: Attempt): Promise<RunOutcome> {
  const { log } = options
  try {
    const outcome = await withLock(options.pool, `job:${job}`, async () => {
      const abandoned = await abandonRuns(options.db, job)
      if (abandoned > 0) log.warn({ job, abandoned }, 'the last run did not end')
      const id = await insertRun(options.db, { jobId: job, trigger, attempt: count })
      const ended = await perform(options, { job, trigger, count, stopping }, id)
      await finishRun(options.db, id, ended)
      return { ...ended, id }
    })
    if (outcome !== undefined) return outcome
    log.info({ job }, 'job skipped: another process runs it')
    return { status: 'skipped' }
  } catch (error) {
    const next_attempt_at = new Date(options.clock.now() + databaseRetryMs).toISOString()
    log.error({ job, error: toMessage(error), next_attempt_at }, 'job could not record its run')
    return { status: 'failed', error: toMessage(error), details: { next_attempt_at } }
  }
}

async function perform(options: RunnerOptions, run: Attempt, id: number): Promise<RunOutcome> {
  const { job, count } = run
  const started = options.clock.now()
  const signal = AbortSignal.any([run.stopping, AbortSignal.timeout(schedule[job].timeoutMs)])
  let report: { read?: number; written?: number; rejected?: number; details?: Record<string, unknown> } = {}
  try {
    report = await schedule[job].run(options, { id, signal })
    if (report.written === 0) throw new Error(`no row was fit to be written of ${report.read} that were read`)
    const next_attempt_at = new Date(options.clock.now() + toNextTickMs(job, options.clock.now())).toISOString()
    const ms = options.clock.now() - started
    options.log.info(
      { job, run: id, read: report.read, written: report.written, rejected: report.rejected, ms },
      'job done',
    )
    return { ...report, status: 'success', details: { ...report.details, next_attempt_at } }
  } catch (error) {
    const next_attempt_at = new Date(options.clock.now() + toRetryMs(options, job, count, error)).toISOString()
    options.log.warn({ job, run: id, error: toMessage(error), next_attempt_at }, 'job failed')
    return { ...report, status: 'failed', error: toMessage(error), details: { ...report.details, next_attempt_at } }
  }
}

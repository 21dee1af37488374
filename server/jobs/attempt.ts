import type { JobId, RunTrigger } from '../../contract/pipeline.ts'
import { SourceError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { findRemedy, isDiskFull, isTransient } from '../warehouse/failures.ts'
import { beatRun, claimRun, finishRun, type RunOutcome } from '../warehouse/runs.ts'
import type { JobDeps, JobProgress, JobReport } from './job.ts'
import { RunLog } from './run-log.ts'
import { schedule, toNextRun } from './schedule.ts'

const firstRetryMs = 15_000
const databaseRetryMs = 2000
const longestWaitMs = 3_600_000
const beatMs = 3000
const softShare = 0.9

export type AttemptOptions = JobDeps & {
  log: Log
  /** Hears of the progress of every run, for a terminal; null when it has ended. */
  onProgress?: ((job: JobId, progress: JobProgress | null) => void) | undefined
}

export type Attempt = {
  job: JobId
  trigger: RunTrigger
  count?: number
  queueId?: string | null
  full?: boolean
  stopping: AbortSignal
}

/** How an attempt ended; `lost` when somebody else closed the run, and `retryAt` when it should be tried again. */
export type AttemptOutcome = Omit<RunOutcome, 'status'> & {
  id: number
  status: RunOutcome['status'] | 'lost'
  idle?: boolean
  leads?: boolean
  retryAt?: Date
}

/** One run of a job with its row of pipeline_runs, from claiming the job to telling how it ended. */
export async function attemptJob(options: AttemptOptions, attempt: Attempt): Promise<AttemptOutcome> {
  const { db, log, clock } = options
  const { job, trigger, count = 1, queueId = null } = attempt
  const { id, busy } = await claimRun(db, { jobId: job, trigger, attempt: count, queueId })
  if (busy !== null) {
    log.info({ job, run: id, busy }, 'job skipped: its last run is still in progress')
    return { id, status: 'skipped', error: `run ${busy} of it is still in progress` }
  }
  const runLog = new RunLog(log.child({ job, run: id }), clock.now)
  runLog.info({ trigger, attempt: count }, 'job started')
  const outcome = await perform(options, attempt, { id, log: runLog })
  options.onProgress?.(job, null)
  if (outcome.status === 'lost') return outcome
  const kept = await finishRun(db, id, { ...outcome, status: outcome.status, log: runLog.lines })
  if (kept) return outcome
  log.warn({ job, run: id }, 'the run was closed by somebody else before it ended')
  return { id, status: 'lost' }
}

async function perform(
  options: AttemptOptions,
  attempt: Attempt,
  { id, log }: { id: number; log: RunLog },
): Promise<AttemptOutcome> {
  const { db, clock } = options
  const { run, timeoutMs } = schedule[attempt.job]
  const started = clock.now()
  const lost = new AbortController()
  const timeout = AbortSignal.timeout(timeoutMs)
  let progress: JobProgress = { read: 0, written: 0, rejected: 0 }
  const heart = setInterval(() => {
    beatRun(db, id, { ...progress, log: log.lines }).then(
      (alive) => alive || lost.abort(new Error('the run was cancelled or given up')),
      () => undefined,
    )
  }, beatMs)
  try {
    const report = await run(options, {
      id,
      trigger: attempt.trigger,
      signal: AbortSignal.any([attempt.stopping, lost.signal, timeout]),
      softDeadline: started + timeoutMs * softShare,
      full: attempt.full ?? false,
      log,
      report: (now) => {
        progress = now
        options.onProgress?.(attempt.job, now)
      },
    })
    return settle(options, attempt, { id, log, report, ms: clock.now() - started })
  } catch (error) {
    if (lost.signal.aborted) {
      log.warn({ error: toMessage(error) }, 'job stopped: the run was cancelled or given up')
      return { id, status: 'lost' }
    }
    const reason = timeout.aborted ? new Error(`it took longer than ${timeoutMs / 60_000} min and was cut`) : error
    return attempt.stopping.aborted
      ? stopped(id, progress)
      : fail(options, attempt, { id, log, error: reason, progress })
  } finally {
    clearInterval(heart)
  }
}

const stopped = (id: number, progress: JobProgress): AttemptOutcome => ({
  ...progress,
  id,
  status: 'cancelled',
  error: 'stopped before it ended: the next run goes on',
})

type Ended = { id: number; log: RunLog; report: JobReport; ms: number }

function settle(options: AttemptOptions, attempt: Attempt, { id, log, report, ms }: Ended): AttemptOutcome {
  const { read, written, rejected, idle, leads = false, details = {} } = report
  if (idle !== undefined) {
    log.info({ ms, reason: idle }, 'job had nothing to do')
    return { id, status: 'skipped', read, written, rejected, idle: true, leads, details: { ...details, idle } }
  }
  if (written === 0) {
    const error = new Error(`no row was fit to be written of ${read} that were read`)
    return fail(options, attempt, { id, log, error, progress: report })
  }
  log.info({ read, written, rejected, ms }, 'job done')
  return { id, status: 'success', read, written, rejected, leads, details }
}

type Failed = { id: number; log: RunLog; error: unknown; progress: JobProgress }

/**
 * A failed run is tried again when its upstream asks for it, else after 15 s and then twice as long each time, and not
 * at all when the schedule comes first.
 */
function fail(options: AttemptOptions, attempt: Attempt, { id, log, error, progress }: Failed): AttemptOutcome {
  const { job, count = 1 } = attempt
  const now = options.clock.now()
  const nextRun = toNextRun(job, now)
  const asked = error instanceof SourceError ? error.retryAfterMs : null
  const wait = asked ?? (isTransient(error) && !isDiskFull(error) ? databaseRetryMs : firstRetryMs * 2 ** (count - 1))
  const retryAt = new Date(now + Math.min(wait, longestWaitMs))
  const retries = count <= schedule[job].retries && (asked !== null || retryAt < nextRun)
  const message = [findRemedy(error) ?? '', toMessage(error)].join(' ').trim()
  log.warn({ error: message }, 'job failed')
  return {
    id,
    ...progress,
    status: 'failed',
    error: message,
    ...(retries ? { retryAt } : {}),
  }
}

import type { JobId, RunTrigger } from '../../contract/pipeline.ts'
import { minuteMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { observeRequests } from '../source-requests.ts'
import { explainFailure } from '../warehouse/failures.ts'
import { claimRun, finishRun, type RunOutcome, recordHeartbeat } from '../warehouse/runs.ts'
import type { JobDeps, JobProgress, JobReport } from './job.ts'
import { findRetryTime } from './retry.ts'
import { RequestLog, RunLog } from './run-log.ts'
import { schedule } from './schedule.ts'

const heartbeatMs = 3000
const softDeadlineShare = 0.9

export type AttemptOptions = JobDeps & {
  log: Log
  /** Called with the progress of a run, and with null when the run has ended. */
  onProgress?: ((job: JobId, progress: JobProgress | null) => void) | undefined
  /** Called when a run has new work for the job that it triggers, before it ends. */
  onNewWork?: ((job: JobId) => void) | undefined
}

export type Attempt = {
  job: JobId
  trigger: RunTrigger
  count?: number
  queueId?: string | null
  /** The run that this one retries. */
  retryOf?: number | null
  full?: boolean
  stopping: AbortSignal
}

/** `lost`: the run was cancelled or abandoned while it worked. `retryAt`: when to retry; absent: no retry. */
export type AttemptOutcome = Omit<RunOutcome, 'status'> & {
  id: number
  status: RunOutcome['status'] | 'lost'
  idle?: boolean
  hasNewWork?: boolean
  retryAt?: Date
}

/** Runs a job once and records the run in pipeline_runs. The run is skipped when another run of the job is in progress. */
export async function attemptJob(options: AttemptOptions, attempt: Attempt): Promise<AttemptOutcome> {
  const { db, log, clock } = options
  const { job, trigger, count = 1, queueId = null, retryOf = null } = attempt
  const { id, busy } = await claimRun(db, { jobId: job, trigger, attempt: count, queueId, retryOf })
  if (busy !== null) {
    log.info({ job, run: id, busy }, 'job skipped: another run is in progress')
    return { id, status: 'skipped', error: `run ${busy} of this job is in progress` }
  }
  const runLog = new RunLog(log.child({ job, run: id }), clock.now)
  runLog.info({ trigger, attempt: count }, 'job started')
  const requests = new RequestLog()
  const outcome = await observeRequests(requests.add, () => perform(options, attempt, { id, log: runLog, requests }))
  options.onProgress?.(job, null)
  if (outcome.status === 'lost') return outcome
  const isFinished = await finishRun(db, id, {
    ...outcome,
    status: outcome.status,
    log: runLog.lines,
    requests: requests.requests,
  })
  if (isFinished) return outcome
  log.warn({ job, run: id }, 'the run was closed by another process before it ended')
  return { id, status: 'lost' }
}

async function perform(
  options: AttemptOptions,
  attempt: Attempt,
  { id, log, requests }: { id: number; log: RunLog; requests: RequestLog },
): Promise<AttemptOutcome> {
  const { db, clock } = options
  const { run, timeoutMs } = schedule[attempt.job]
  const started = clock.now()
  const lost = new AbortController()
  const timeout = AbortSignal.timeout(timeoutMs)
  let progress: JobProgress = { read: 0, written: 0, rejected: 0 }
  const heartbeat = setInterval(() => {
    recordHeartbeat(db, id, { ...progress, log: log.lines, requests: requests.requests }).then(
      (alive) => alive || lost.abort(new Error('the run was cancelled or abandoned')),
      () => undefined,
    )
  }, heartbeatMs)
  try {
    const report = await run(options, {
      id,
      trigger: attempt.trigger,
      signal: AbortSignal.any([attempt.stopping, lost.signal, timeout]),
      softDeadline: started + timeoutMs * softDeadlineShare,
      full: attempt.full ?? false,
      log,
      report: (now) => {
        progress = now
        options.onProgress?.(attempt.job, now)
      },
      announceWork: () => options.onNewWork?.(attempt.job),
    })
    return settle(options, attempt, { id, log, report, ms: clock.now() - started })
  } catch (error) {
    if (lost.signal.aborted) {
      log.warn({ error: toMessage(error) }, 'job stopped: the run was cancelled or abandoned')
      return { id, status: 'lost' }
    }
    const reason = timeout.aborted ? new Error(`timed out after ${timeoutMs / minuteMs} min`) : error
    return attempt.stopping.aborted
      ? stopped(id, progress)
      : fail(options, attempt, { id, log, error: reason, progress })
  } finally {
    clearInterval(heartbeat)
  }
}

const stopped = (id: number, progress: JobProgress): AttemptOutcome => ({
  ...progress,
  id,
  status: 'cancelled',
  error: 'stopped before it finished; the next run continues',
})

type Ended = { id: number; log: RunLog; report: JobReport; ms: number }

function settle(options: AttemptOptions, attempt: Attempt, { id, log, report, ms }: Ended): AttemptOutcome {
  const { read, written, rejected, idle, hasNewWork = false, details = {} } = report
  if (idle !== undefined) {
    log.info({ ms, reason: idle }, 'nothing to do')
    return { id, status: 'skipped', read, written, rejected, idle: true, hasNewWork, details: { ...details, idle } }
  }
  if (written === 0) {
    const error = new Error(
      read === 0 ? 'The source returned no rows.' : `None of the ${read} rows read could be written.`,
    )
    return fail(options, attempt, { id, log, error, progress: report })
  }
  log.info({ read, written, rejected, ms }, 'job done')
  return { id, status: 'success', read, written, rejected, hasNewWork, details }
}

type Failed = { id: number; log: RunLog; error: unknown; progress: JobProgress }

function fail({ clock }: AttemptOptions, attempt: Attempt, { id, log, error, progress }: Failed): AttemptOutcome {
  const { job, count = 1 } = attempt
  const retryAt = findRetryTime({ job, error, count, now: clock.now() })
  const message = [explainFailure(error) ?? '', toMessage(error)].join(' ').trim()
  log.warn({ error: message }, 'job failed')
  return { id, ...progress, status: 'failed', error: message, ...(retryAt === null ? {} : { retryAt }) }
}

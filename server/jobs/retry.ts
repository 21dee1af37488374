import type { JobId } from '../../contract/pipeline.ts'
import { hourMs } from '../../contract/time.ts'
import { SourceError } from '../errors.ts'
import { isDiskFull, isTransient } from '../warehouse/failures.ts'
import { findNextRun, schedule } from './schedule.ts'

const firstDelayMs = 15_000
const databaseDelayMs = 2000
const maxDelayMs = hourMs

type Failure = { job: JobId; error: unknown; count: number; now: number }

/**
 * When to retry attempt number `count` (from 1) that failed at `now` (ms since 1970). The delay is the Retry-After of the
 * source, otherwise 2 s after a database failure, otherwise 15 s, doubled with each attempt. It is up to an hour.
 * After `maxRetries` of the schedule only database failures are retried, every `outagePauseMs`. Null: no retry, or when the next scheduled run comes first and the source did not
 * ask for the delay.
 */
export function findRetryTime({ job, error, count, now }: Failure): Date | null {
  const { maxRetries, outagePauseMs } = schedule[job]
  const isOutage = isTransient(error) && !isDiskFull(error)
  const isExhausted = count > maxRetries
  if (isExhausted && !isOutage) return null
  const requestedMs = error instanceof SourceError ? error.retryAfterMs : null
  const outageMs = isExhausted ? outagePauseMs : databaseDelayMs
  const ownMs = isOutage ? outageMs : firstDelayMs * 2 ** (count - 1)
  const retryAt = new Date(now + Math.min(requestedMs ?? ownMs, maxDelayMs))
  return requestedMs !== null || retryAt < findNextRun(job, now) ? retryAt : null
}

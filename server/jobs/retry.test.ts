import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../contract/time.ts'
import { SourceError } from '../errors.ts'
import { findRetryTime } from './retry.ts'

const afterMinute = Date.parse('2026-11-24T00:01:00Z')
const nextRun = Date.parse('2026-11-24T00:10:00Z')

/** The delay of the retry in seconds. Null: no retry. */
function toDelay(error: unknown, { count = 1, now = afterMinute } = {}): number | null {
  const at = findRetryTime({ job: 'ingest_market_data', error, count, now })
  return at === null ? null : (at.getTime() - now) / 1000
}

const askFor = (retryAfterMs: number | null) => new SourceError('coingecko', 'rate_limited', 'down', { retryAfterMs })
const failWith = (code: string) => Object.assign(new Error(code), { code })

test('waits 15 s, doubled with each attempt, up to five retries', () => {
  const counts = [1, 2, 3, 4, 5, 6]
  assert.deepEqual(
    counts.map((count) => toDelay(askFor(null), { count })),
    [15, 30, 60, 120, 240, null],
  )
  assert.equal(toDelay(new Error('any other failure')), 15)
})

test('waits 2 s after a database failure, and longer when its disk is full', () => {
  assert.deepEqual([toDelay(failWith('57P01')), toDelay(failWith('57P01'), { count: 4 })], [2, 2])
  assert.deepEqual([toDelay(failWith('53100')), toDelay(failWith('28P01'))], [15, 15])
})

test('a database outage is retried every 15 s until the next scheduled run', () => {
  const lost = failWith('08006')
  assert.deepEqual(
    [5, 6, 30].map((count) => toDelay(lost, { count })),
    [2, 15, 15],
  )
  assert.equal(toDelay(lost, { count: 30, now: nextRun - 15_000 }), null)
  assert.equal(toDelay(failWith('53100'), { count: 6 }), null)
})

test('waits as long as the source asks, up to an hour and past the next scheduled run', () => {
  const delays = [0, 119_000, hourMs, hourMs + 1].map((ms) => toDelay(askFor(ms)))
  assert.deepEqual(delays, [0, 119, 3600, 3600])
  assert.equal(toDelay(askFor(1000), { count: 6 }), null)
})

test('does not retry when the next scheduled run comes first', () => {
  assert.equal(toDelay(askFor(null), { now: nextRun - 15_001 }), 15)
  assert.equal(toDelay(askFor(null), { now: nextRun - 15_000 }), null)
})

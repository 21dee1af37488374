import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs } from '../../contract/time.ts'
import { SourceError } from '../errors.ts'
import { Backoff } from './backoff.ts'
import { feedTiming } from './feed-timing.ts'

const apart = feedTiming.failuresWithinMs
const failure = new Error('cut')

test('pauses last from half a second to a minute, grow up to threefold, and reset', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: 1, maxLength: 50 }),
      (draws) => {
        const rest = [...draws]
        const backoff = new Backoff(feedTiming, () => rest.shift() ?? 0.5)
        let last = 500
        let now = 0
        for (const _ of draws) {
          const { state, ms } = backoff.next(failure, { now, goodMs: 59_999 })
          assert.equal(state, 'waiting')
          assert.ok(ms >= 500 && ms <= Math.min(60_000, 3 * last))
          last = ms
          now += apart
        }
        assert.ok(backoff.next(failure, { now, goodMs: 60_000 }).ms <= 1500)
      },
    ),
  )
})

test('five failures within two minutes cause a long pause, five over a longer time do not', () => {
  const backoff = new Backoff(feedTiming, () => 0)
  const listStates = (start: number, step: number) =>
    [0, 1, 2, 3, 4].map((count) => backoff.next(failure, { now: start + count * step, goodMs: 0 }).state)
  assert.deepEqual(listStates(0, 30_000), Array(5).fill('waiting'))
  assert.equal(listStates(1_000_000, 29_999).at(-1), 'resting')
  assert.equal(backoff.next(failure, { now: 1_120_000, goodMs: 0 }).state, 'waiting')
})

test('honors Retry-After up to an hour', () => {
  const backoff = new Backoff(feedTiming, () => 0)
  const next = (retryAfterMs: number, now: number) =>
    backoff.next(new SourceError('a', 'rate_limited', 'slow down', { retryAfterMs }), { now, goodMs: 0 })
  assert.deepEqual(next(100, 0), { state: 'waiting', ms: 500, minMs: 500 })
  assert.deepEqual(next(45_000, apart), { state: 'waiting', ms: 45_000, minMs: 45_000 })
  assert.deepEqual(next(60_000, 2 * apart), { state: 'waiting', ms: 60_000, minMs: 60_000 })
  assert.deepEqual(next(90_000, 3 * apart), { state: 'resting', ms: 90_000, minMs: 90_000 })
  assert.deepEqual(next(1e12, 4 * apart), { state: 'resting', ms: hourMs, minMs: hourMs })
})

test('after many failures, Retry-After lengthens the long pause and the pause of a source without an alternative', () => {
  const { restMs, maxAlonePauseMs } = feedTiming
  const fail = (retryAfterMs: number | null) => {
    const backoff = new Backoff(feedTiming, () => 0)
    for (const now of [0, 1, 2, 3]) backoff.next(failure, { now, goodMs: 0 })
    return backoff.next(new SourceError('a', 'broken', 'busy', { retryAfterMs }), { now: 4, goodMs: 0 })
  }
  assert.deepEqual(fail(null), { state: 'resting', ms: restMs, minMs: maxAlonePauseMs })
  assert.deepEqual(fail(maxAlonePauseMs + 1), { state: 'resting', ms: restMs, minMs: maxAlonePauseMs + 1 })
  assert.deepEqual(fail(restMs + 1), { state: 'resting', ms: restMs + 1, minMs: restMs + 1 })
})

test('a refusal rests for an hour, even the first one', () => {
  for (const kind of ['blocked', 'bad_key', 'plan'] as const) {
    const backoff = new Backoff(feedTiming, () => 0)
    const refused = backoff.next(new SourceError('a', kind, 'no'), { now: 0, goodMs: 0 })
    assert.deepEqual(refused, { state: 'resting', ms: hourMs, minMs: hourMs }, kind)
  }
})

test('draws each pause between half a second and three times the last one', () => {
  const backoff = new Backoff(feedTiming, () => 0.5)
  const pause = (goodMs: number, now: number) => backoff.next(failure, { now, goodMs }).ms
  assert.deepEqual([pause(0, 0), pause(59_999, apart), pause(60_000, 2 * apart)], [1000, 1750, 1000])
})

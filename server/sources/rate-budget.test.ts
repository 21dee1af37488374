import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../clock.ts'
import { RateBudget } from './rate-budget.ts'

/** A clock whose `sleep` advances the time immediately. */
const createClock = (): Clock & { time: number } => ({
  time: 0,
  now() {
    return this.time
  },
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    this.time += ms
  },
})

const never = new AbortController().signal

test('allows up to the budget in any 60 s across all callers', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 5)
  const times: number[] = []
  await Promise.all(Array.from({ length: 17 }, () => budget.take(never).then(() => times.push(clock.now()))))
  for (const start of times) assert.ok(times.filter((at) => at >= start && at < start + 60_000).length <= 5)
  assert.equal(times.at(-1), 180_000)
})

test('a pause delays every caller', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 100)
  await budget.take(never)
  budget.pause(119_000)
  await budget.take(never)
  assert.equal(clock.now(), 119_000)
})

test('an aborted wait uses no call, and the next caller gets its turn', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 1)
  await budget.take(never)
  await assert.rejects(budget.take(AbortSignal.abort(new Error('gave up'))), /gave up/)
  await budget.take(never)
  assert.equal(clock.now(), 60_000)
})

test('rejects a caller that is already aborted, without using a call', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 1)
  await assert.rejects(budget.take(AbortSignal.abort(new Error('gave up'))), /gave up/)
  await budget.take(never)
  assert.equal(clock.now(), 0, 'the call of this minute is still available')
})

test('rejects a caller that aborts in the queue, without delaying the others', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 1)
  await budget.take(never)
  const stop = new AbortController()
  const turns = [budget.take(never), budget.take(stop.signal), budget.take(never)]
  stop.abort(new Error('gave up'))
  const ends = await Promise.allSettled(turns)
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.equal(clock.now(), 120_000)
})

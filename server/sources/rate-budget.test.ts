import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../clock.ts'
import { RateBudget } from './rate-budget.ts'

/** A clock whose sleep passes at once and moves the time. */
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

test('no window of 60 s holds more calls than the budget, over all callers', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 5)
  const times: number[] = []
  await Promise.all(Array.from({ length: 17 }, () => budget.take(never).then(() => times.push(clock.now()))))
  for (const start of times) assert.ok(times.filter((at) => at >= start && at < start + 60_000).length <= 5)
  assert.equal(times.at(-1), 180_000)
})

test('a pause that the upstream asked for holds everybody', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 100)
  await budget.take(never)
  budget.pause(119_000)
  await budget.take(never)
  assert.equal(clock.now(), 119_000)
})

test('whoever gives up while waiting costs no call, and the next one still gets its turn', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 1)
  await budget.take(never)
  await assert.rejects(budget.take(AbortSignal.abort(new Error('gave up'))), /gave up/)
  await budget.take(never)
  assert.equal(clock.now(), 60_000)
})

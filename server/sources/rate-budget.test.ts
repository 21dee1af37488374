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

test('a caller that gave up before its turn is refused and takes no call', async () => {
  const clock = createClock()
  const budget = new RateBudget(clock, 1)
  await assert.rejects(budget.take(AbortSignal.abort(new Error('gave up'))), /gave up/)
  await budget.take(never)
  assert.equal(clock.now(), 0, 'the one call of the minute was still there')
})

test('a caller that gives up in the queue is refused at its turn and delays nobody', async () => {
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { UsdtRate } from './usdt-rate.ts'

test('keeps the newest price of Tether, and of two as new the later one, for half an hour', async () => {
  const clock = new FakeClock()
  const start = clock.now()
  const rate = new UsdtRate(clock)
  assert.equal(rate.current(), null)
  rate.note(1.001, start)
  rate.note(0.9, start - 1)
  assert.equal(rate.current(), 1.001)
  rate.note(1.002, start)
  await clock.advance(30 * minuteMs)
  assert.equal(rate.current(), 1.002)
  await clock.advance(1)
  assert.equal(rate.current(), null)
})

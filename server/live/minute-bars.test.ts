import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../contract/time.ts'
import { type SlowCandle, toSlowCandles, toTick } from '../../test/bars.ts'
import { type MemoryBar, MinuteBars, mergeStored } from './minute-bars.ts'

const noon = Date.parse('2026-11-24T12:00:00Z')

const toCandle = ({ minute, open, high, low, close, ticks }: MemoryBar): SlowCandle => ({
  opens: minute,
  open,
  high,
  low,
  close,
  samples: ticks,
})
const barsOf = (bars: MinuteBars, coinId: number) =>
  bars
    .listUnsaved()
    .filter(({ coin_id }) => coin_id === coinId)
    .map(toCandle)

const arrivals = fc.array(
  fc.record({
    coinId: fc.integer({ min: 1, max: 3 }),
    at: fc.oneof(fc.integer({ min: noon, max: noon + 2 * minuteMs - 1 }), fc.integer({ min: noon, max: noon + 3 })),
    price_usd: fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  }),
  { maxLength: 60 },
)

test('bars match a loop over the sorted ticks for any order of arrival', () => {
  fc.assert(
    fc.property(arrivals, (ticks) => {
      const bars = new MinuteBars()
      for (const { coinId, at, price_usd } of ticks)
        assert.ok(bars.add(coinId, toTick('x', at, price_usd), noon + minuteMs))
      for (const coinId of [1, 2, 3]) {
        const own = ticks.filter((tick) => tick.coinId === coinId)
        assert.deepEqual(barsOf(bars, coinId), toSlowCandles(own, minuteMs))
      }
    }),
  )
})

test('of prices with the same time, the first to arrive opens and the last closes', () => {
  for (const prices of [
    [5, 7],
    [7, 5],
    [6, 7, 5, 6.5],
  ]) {
    const bars = new MinuteBars()
    for (const price of prices) bars.add(1, toTick('x', noon + 100, price), noon)
    const expected = { open: prices[0], close: prices.at(-1), high: Math.max(...prices), low: Math.min(...prices) }
    const [bar] = barsOf(bars, 1)
    assert.ok(bar)
    assert.deepEqual({ open: bar.open, close: bar.close, high: bar.high, low: bar.low }, expected)
    bars.add(1, toTick('x', noon + 50, 9), noon)
    bars.add(1, toTick('x', noon + 50, 1), noon)
    bars.add(1, toTick('x', noon + 99, 2), noon)
    assert.deepEqual(
      barsOf(bars, 1).map(({ open, close }) => [open, close]),
      [[9, prices.at(-1)]],
    )
  }
})

test('accepts ticks of the previous, current and next minute as time passes', () => {
  const delayed = fc.array(
    fc.record({
      step: fc.integer({ min: 0, max: 40_000 }),
      delay: fc.integer({ min: -150_000, max: 200_000 }),
      price_usd: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    }),
    { maxLength: 80 },
  )
  fc.assert(
    fc.property(delayed, (steps) => {
      const bars = new MinuteBars()
      const kept: { at: number; price_usd: number }[] = []
      let now = noon
      for (const { step, delay, price_usd } of steps) {
        now += step
        const at = now - delay
        const age = Math.floor(now / minuteMs) - Math.floor(at / minuteMs)
        const counts = age <= 1 && age >= -1
        if (counts) kept.push({ at, price_usd })
        assert.equal(bars.add(1, toTick('x', at, price_usd), now), counts)
      }
      assert.deepEqual(barsOf(bars, 1), toSlowCandles(kept, minuteMs))
    }),
  )
})

test('uses the arrival time of a tick without a source time, and rejects invalid prices and times', () => {
  const bars = new MinuteBars()
  assert.ok(bars.add(1, { ...toTick('x', noon, 5), source_at: null, received_at: noon + 59_999 }, noon + 59_999))
  for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(bars.add(1, toTick('x', noon, price), noon), false, String(price))
  assert.equal(bars.add(1, toTick('x', Number.NaN, 5), noon), false)
  assert.deepEqual(barsOf(bars, 1), toSlowCandles([{ at: noon, price_usd: 5 }], minuteMs))
})

test('continues a stored bar for any order of new ticks', () => {
  const bars = new MinuteBars()
  for (const [second, price] of [
    [40, 7],
    [30, 6],
    [50, 8],
  ] as const)
    bars.add(1, toTick('x', noon + second * 1000, price), noon)
  const [bar] = bars.listUnsaved()
  assert.ok(bar)
  assert.equal(bar.is_merged, false)
  mergeStored(bar, { coin_id: 1, minute: noon, open: 5, high: 9, low: 4, close: 4, ticks: 10 })
  assert.deepEqual([bar.is_merged, bar.low], [true, 4])
  bars.add(1, toTick('x', noon + 1000, 3), noon)
  const { open, high, low, close, ticks, saved } = bar
  assert.deepEqual(
    { open, high, low, close, ticks, saved },
    { open: 5, high: 9, low: 3, close: 8, ticks: 14, saved: 10 },
  )
})

test('a bar that is not stored yet stays as it is', () => {
  const bars = new MinuteBars()
  bars.add(1, toTick('x', noon, 5), noon)
  const [bar] = bars.listUnsaved()
  assert.ok(bar)
  const before = { ...bar }
  mergeStored(bar, undefined)
  assert.deepEqual(bar, { ...before, is_merged: true })
})

test('drops bars beyond the next minute after the clock was set back', () => {
  const bars = new MinuteBars()
  for (const at of [noon, noon + minuteMs, noon + 2 * minuteMs]) bars.add(1, toTick('x', at, 5), at)
  const minutes = () => bars.listUnsaved().map(({ minute }) => (minute - noon) / minuteMs)
  assert.equal(bars.dropFuture(noon + minuteMs), 0)
  assert.equal(bars.dropFuture(noon + minuteMs - 1), 1)
  assert.deepEqual(minutes(), [0, 1])
  assert.equal(bars.add(1, toTick('x', noon + 2 * minuteMs, 5), noon + minuteMs - 1), false)
  assert.equal(bars.add(1, toTick('x', noon + 2 * minuteMs, 5), noon + minuteMs), true)
})

test('drops saved bars after the next minute, and unsaved bars after 15 min with a count', () => {
  const bars = new MinuteBars()
  const hold = () => bars.listUnsaved().length
  bars.add(1, toTick('x', noon, 5), noon)
  bars.add(2, toTick('y', noon, 5), noon)
  bars.add(3, toTick('z', noon + minuteMs, 5), noon + minuteMs)
  const [first] = bars.listUnsaved()
  if (first !== undefined) first.saved = first.ticks
  bars.forget(noon + minuteMs)
  bars.add(1, toTick('x', noon, 5), noon + minuteMs)
  assert.deepEqual([first?.ticks, hold()], [2, 3], 'kept and continued within the next minute')
  if (first !== undefined) first.saved = first.ticks
  assert.deepEqual([bars.forget(noon + 15 * minuteMs), hold()], [0, 2])
  assert.deepEqual([bars.forget(noon + 16 * minuteMs), hold()], [1, 1])
  for (const bar of bars.listUnsaved()) bar.saved = bar.ticks
  assert.deepEqual([bars.forget(noon + 16 * minuteMs), hold()], [0, 0])
})

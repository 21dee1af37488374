import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Bar,
  dayMs,
  listBars,
  observePrice,
  toBar,
  toCandleSlots,
  toLineSlots,
  toOpenDays,
  withLive,
} from './bars.ts'

const minute = 60_000
const day = (text: string) => Date.parse(`${text}T00:00:00Z`)
const candle = (open: number, high: number, low: number, close: number) => ({
  open,
  high,
  low,
  close,
  volume: 7,
  samples: 3,
})
const price = (instant: string, price_usd: number) => ({ timestamp: instant, price_usd })
const ohlc = ({ open, high, low, close }: Bar) => [open, high, low, close]

test('a missing day keeps its place on the axis', () => {
  const bars = ['2026-03-01', '2026-03-02', '2026-03-05'].map((date) => toBar(candle(1, 2, 1, 2), day(date)))
  const slots = toCandleSlots(bars, dayMs)
  assert.deepEqual(
    slots.map(({ time, bar }) => [new Date(time).getUTCDate(), bar !== null]),
    [
      [1, true],
      [2, true],
      [3, false],
      [4, false],
      [5, true],
    ],
  )
})

test('a line keeps every price in order on an even grid, and is cut where data are missing', () => {
  const prices = [
    price('2026-03-01T00:01:00Z', 5),
    price('2026-03-01T00:04:00Z', 9),
    price('2026-03-01T00:10:00Z', 3),
    price('2026-03-01T02:00:00Z', 4),
  ]
  const slots = toLineSlots(prices, { stepMs: 5 * minute, gapMs: () => 30 * minute })
  assert.deepEqual(
    listBars(slots).map(({ close }) => close),
    [5, 9, 3, 4],
  )
  for (const [index, { time }] of slots.entries()) assert.equal(time, day('2026-03-01') + index * 5 * minute)
  assert.deepEqual(
    slots.filter(({ bar, cut }) => bar !== null && cut).map(({ bar }) => bar?.close),
    [3],
  )
})

test('today and a yesterday without a candle are made of their facts; a day known in part is not', () => {
  const now = Date.parse('2026-03-05T01:00:00Z')
  const prices = [
    price('2026-03-03T02:00:00Z', 1),
    price('2026-03-04T00:00:00Z', 10),
    price('2026-03-04T12:00:00Z', 14),
    price('2026-03-04T23:50:00Z', 12),
    price('2026-03-05T00:00:00Z', 12.5),
    price('2026-03-05T00:50:00Z', 11),
  ]
  const both = toOpenDays(prices, { closed: ['2026-03-03'], volume: 99, now })
  assert.deepEqual(both.map(ohlc), [
    [10, 14, 10, 12],
    [12.5, 12.5, 11, 11],
  ])
  assert.deepEqual(
    both.map(({ volume, samples, isOpen }) => [volume, samples, isOpen]),
    [
      [null, 3, true],
      [99, 2, true],
    ],
  )
  assert.deepEqual(toOpenDays(prices, { closed: ['2026-03-04'], volume: 99, now }).map(ohlc), [[12.5, 12.5, 11, 11]])
})

test('a live price moves the current candle, and the next interval begins a new one', () => {
  const stepMs = 5 * minute
  const at = (minutes: number) => day('2026-03-05') + minutes * minute
  let seen: Bar[] = []
  for (const [minutes, value] of [
    [1, 100],
    [2, 104],
    [4.99, 97],
    [5, 98],
    [6, 99],
  ] as const)
    seen = observePrice(seen, value, { now: at(minutes), stepMs })
  assert.deepEqual(seen.map(ohlc), [
    [100, 104, 97, 97],
    [98, 99, 98, 99],
  ])
  assert.deepEqual(
    seen.map(({ time }) => time),
    [at(0), at(5)],
  )
})

test('a price stamped before the current candle does not go back in time', () => {
  const stepMs = 5 * minute
  const seen = observePrice([], 100, { now: 10 * minute, stepMs })
  assert.deepEqual(observePrice(seen, 101, { now: 9 * minute, stepMs }).map(ohlc), [[100, 101, 100, 101]])
})

test('what was seen live widens the candle that the server knows, keeps its open, and leaves the others as they are', () => {
  const slots = toCandleSlots(
    ['2026-03-01', '2026-03-02'].map((date) => toBar(candle(10, 20, 5, 15), day(date))),
    dayMs,
  )
  const seen = [
    { ...toBar(candle(16, 25, 16, 18), day('2026-03-02')), volume: null },
    { ...toBar(candle(18, 19, 17, 19), day('2026-03-04')), volume: null },
  ]
  const live = withLive(slots, seen, dayMs)
  assert.equal(live[0], slots[0])
  assert.deepEqual(
    live.map(({ bar }) => bar && ohlc(bar)),
    [[10, 20, 5, 15], [10, 25, 5, 15], null, [18, 19, 17, 19]],
  )
  assert.deepEqual(ohlc(withLive(slots, seen.slice(0, 1), dayMs)[1]?.bar as Bar), [10, 25, 5, 18])
  assert.equal(live[1]?.bar?.volume, 7)
})

test('with no data at all the first live price begins the chart', () => {
  const seen = observePrice([], 3, { now: dayMs, stepMs: dayMs })
  assert.deepEqual(listBars(withLive([], seen, dayMs)).map(ohlc), [[3, 3, 3, 3]])
})

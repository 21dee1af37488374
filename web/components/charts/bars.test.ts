import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../../contract/time.ts'
import { type Bar, listBars, observePrice, toBar, toCandleSlots, toHeikinAshi, withLive } from './bars.ts'

const minute = 60_000
const day = (text: string) => Date.parse(`${text}T00:00:00Z`)
const candle = (open: number, high: number, low: number, close: number) => ({
  open,
  high,
  low,
  close,
  volume: 7,
  samples: 3,
  change_pct: -50,
})
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

test('the change of a live bar is close to close, and there is none after a day without a close', () => {
  const bars = [
    toBar(candle(1, 9, 1, 8), day('2026-03-04')),
    toBar(candle(8, 9, 7, 9), day('2026-03-05'), { isOpen: true }),
  ]
  const changes = (slots: ReturnType<typeof withLive>) => listBars(slots).map(({ changePct }) => changePct)
  const seen = observePrice([], 10, { now: day('2026-03-05') + minute, stepMs: dayMs })
  assert.deepEqual(
    changes(withLive(toCandleSlots(bars, dayMs), seen, dayMs)),
    [-50, 25],
    'not open to close, which is 25 % too little',
  )
  const next = observePrice(seen, 11, { now: day('2026-03-06') + minute, stepMs: dayMs })
  assert.deepEqual(changes(withLive(toCandleSlots(bars, dayMs), next, dayMs)).at(-1), (11 / 9 - 1) * 100)
  const [first, second] = [toBar(candle(1, 9, 1, 8), day('2026-03-04'), { hasClose: false }), bars[1]]
  assert.ok(second)
  assert.deepEqual(changes(withLive(toCandleSlots([first, second], dayMs), seen, dayMs)), [-50, null])
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

test('a week in progress takes live prices from its Monday on', () => {
  const week = 7 * dayMs
  const seen = observePrice([], 3, { now: day('2026-03-05') + minute, stepMs: week })
  assert.equal(seen[0]?.time, day('2026-03-02'))
})

test('Heikin-Ashi candles average, and skip gaps', () => {
  const bars = ['2026-03-01', '2026-03-03'].map((date) => toBar(candle(10, 20, 6, 16), day(date)))
  const slots = toHeikinAshi(toCandleSlots(bars, dayMs))
  assert.deepEqual(
    slots.map(({ bar }) => bar && ohlc(bar)),
    [[13, 20, 6, 13], null, [13, 20, 6, 13]],
  )
})

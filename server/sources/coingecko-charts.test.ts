import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryPoint } from '../history.ts'
import { parseChart } from './coingecko-charts.ts'

const midnight = Date.parse('2026-11-24T00:00:00Z')
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const parse = (body: unknown, granularity: '5min' | 'hourly' | 'daily', now = midnight + day) =>
  parseChart(body, { coingecko_id: 'bitcoin', granularity, now })
const chart = (prices: unknown[], market_caps: unknown[] = [], total_volumes: unknown[] = []) => ({
  prices,
  market_caps,
  total_volumes,
})
const toPairs = (points: HistoryPoint[]) => points.map(({ at, price_usd }) => [(at - midnight) / minute, price_usd])

test('moves a displaced five-minute point to the adjacent grid time', () => {
  const at = (minutes: number, seconds: number, price: number) => [midnight + minutes * minute + seconds * 1000, price]
  const { points, received } = parse(
    chart([at(20, 12, 3), at(0, 9, 1), at(7, 20, 9), at(10, 37, 2), at(15, 2, 8), at(24, 59, 4), at(10, 37, 2)]),
    '5min',
  )
  assert.deepEqual(toPairs(points), [
    [0, 1],
    [5, 9],
    [10, 2],
    [15, 8],
    [20, 3],
    [25, 4],
  ])
  assert.equal(received, 7)
  const between = (...prices: number[][]) =>
    toPairs(parse(chart([...prices, at(60, 0, 0.5)]), '5min').points).slice(0, -1)
  assert.deepEqual(
    between(at(9, 0, 1), at(11, 0, 2)),
    [
      [10, 1],
      [15, 2],
    ],
    'of two equally near points the earlier one keeps the grid time',
  )
  assert.deepEqual(
    between(at(8, 0, 1), at(11, 0, 2), at(5, 0, 3)),
    [
      [5, 3],
      [10, 2],
    ],
    'a nearer point keeps its grid time',
  )
})

test('accepts hourly points up to half an hour late, and the newest point only near a full hour', () => {
  const late = chart([
    [midnight + 2000, 1],
    [midnight + hour + 25 * minute, 2],
    [midnight + 2 * hour + 40 * minute, 3],
  ])
  assert.deepEqual(toPairs(parse(late, 'hourly', midnight + 2 * hour + 40 * minute).points), [
    [0, 1],
    [60, 2],
  ])
  const close = chart([
    [midnight, 1],
    [midnight + hour + 4 * minute, 2],
  ])
  assert.deepEqual(toPairs(parse(close, 'hourly', midnight + hour + 4 * minute).points), [
    [0, 1],
    [60, 2],
  ])
})

test('accepts the newest point within 10 minutes of a full hour and up to 10 minutes ahead of the local clock', () => {
  const second = 1000
  const isKept = (offset: number, now = midnight + 2 * hour) => {
    const body = chart([
      [midnight, 1],
      [midnight + hour + offset, 2],
    ])
    return toPairs(parse(body, 'hourly', now).points).some(([at]) => at === 60)
  }
  assert.deepEqual(
    [-601, -600, 600, 601].map((seconds) => isKept(seconds * second)),
    [false, true, true, false],
  )
  const rulesAt = (ahead: number) =>
    parse(chart([[midnight + ahead, 1]]), 'hourly', midnight).rejected.map(({ rule }) => rule)
  assert.deepEqual([rulesAt(600 * second), rulesAt(600 * second + 1)], [[], ['point_not_in_future']])
})

test('assigns a point to a grid time within the tolerance of the grid', () => {
  const last = [midnight + 20 * hour, 9]
  const isKept = (granularity: '5min' | 'hourly' | 'daily', seen: number) =>
    toPairs(parse(chart([[midnight + seen, 1], last]), granularity).points).some(([, price]) => price === 1)
  assert.deepEqual([isKept('daily', hour), isKept('daily', hour + 1)], [true, false])
  assert.deepEqual([isKept('hourly', hour / 2), isKept('hourly', -hour / 2)], [true, true])
  assert.equal(isKept('5min', 2.5 * minute), true, 'every 5-minute point is within the tolerance')
})

test('daily points are at midnight and exclude the newest point', () => {
  const now = midnight + 13 * hour
  const body = chart([
    [midnight - day, 1],
    [midnight, 2],
    [now, 3],
  ])
  assert.deepEqual(toPairs(parse(body, 'daily', now).points), [
    [-1440, 1],
    [0, 2],
  ])
})

test('joins market caps and volumes by time, and reads a market cap of 0 or null as unknown', () => {
  const [a, b, c] = [midnight, midnight + hour, midnight + 2 * hour]
  const { points } = parse(
    chart(
      [
        [a, 1],
        [b, 2],
        [c, 3],
      ],
      [
        [c, 300],
        [a, 0],
      ],
      [
        [a, 0],
        [b, null],
        [c, -1],
        [c + hour, 9],
      ],
    ),
    'hourly',
  )
  assert.deepEqual(
    points.map(({ market_cap, volume }) => [market_cap, volume]),
    [
      [null, 0],
      [null, null],
      [300, null],
    ],
  )
})

test('rejects invalid points with the broken rule and keeps the others', () => {
  const body = JSON.parse(
    `{"prices": [[${midnight}, 1], [${midnight + hour}, null], [${midnight + 2 * hour}, -1], [${midnight + 3 * hour}, 0],
      [${midnight + 4 * hour}, 1e400], [${midnight + 5 * hour}, "7"], [${midnight + 9 * day}, 5], null, ["x", 1]]}`,
  )
  const { points, rejected } = parse(body, 'hourly')
  assert.deepEqual(toPairs(points), [[0, 1]])
  assert.deepEqual(
    rejected.map(({ rule }) => rule),
    [
      'price_usd_present',
      'price_usd_positive',
      'price_usd_positive',
      'price_usd_finite',
      'price_usd_number',
      'point_not_in_future',
      'point_instant',
      'point_instant',
    ],
  )
  assert.deepEqual(rejected[3]?.payload, {
    granularity: 'hourly',
    point: [midnight + 4 * hour, Number.POSITIVE_INFINITY],
  })
})

test('replaces market caps and volumes out of range with null, lists them, and keeps their points', () => {
  const at = (hours: number) => midnight + hours * hour
  const prices = [0, 1, 2, 3].map((hours) => [at(hours), hours === 3 ? 1.1e12 : 1])
  const body = chart(
    prices,
    [
      [at(0), '5'],
      [at(1), 1.1e18],
    ],
    [
      [at(1), -1],
      [at(2), 1e18],
    ],
  )
  const { points, rejected, repairs } = parse(body, 'hourly')
  assert.deepEqual(
    points.map(({ market_cap, volume }) => [market_cap, volume]),
    [
      [null, null],
      [null, null],
      [null, 1e18],
    ],
  )
  assert.deepEqual(
    rejected.map(({ rule }) => rule),
    ['price_usd_range'],
  )
  assert.deepEqual(
    repairs?.map(({ rule }) => rule),
    ['market_cap_number', 'market_cap_range', 'volume_not_negative'],
  )
})

test('rejects a body that is not a chart, and accepts an empty chart', () => {
  for (const body of [null, [], 'x', {}, { prices: null }, { error: 'x' }])
    assert.throws(() => parse(body, 'daily'), { source: 'coingecko', kind: 'broken', message: /no price chart/ })
  const { source, points } = parse(chart([]), 'daily')
  assert.deepEqual([source, points], ['coingecko', []])
})

test('ignores market caps and volumes that are no series of points', () => {
  const prices = [[midnight, 1]]
  for (const figures of [null, 'none', { 0: [midnight, 5] }, [null, 7, [String(midnight), 5], [Number.NaN, 5]]])
    assert.deepEqual(parse({ prices, market_caps: figures, total_volumes: figures }, 'daily').points, [
      { at: midnight, price_usd: 1, market_cap: null, volume: null },
    ])
})

test('accepts a point whose grid time is now, and none whose grid time is yet to come', () => {
  const early = midnight - minute
  const body = chart([
    [early, 1],
    [early + 1, 2],
  ])
  assert.deepEqual(toPairs(parse(body, 'hourly', midnight).points), [[0, 2]])
  assert.deepEqual(toPairs(parse(body, 'hourly', midnight - 1).points), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeedReport } from '../../contract/live.ts'
import type { JobHealth } from '../../contract/pipeline.ts'
import type { Incident } from '../../contract/quality.ts'
import { minuteMs } from '../../contract/time.ts'
import { rsi } from '../../web/components/charts/indicators.ts'
import { averageLast, findMomentum, toDailyFigures, toRsi } from './daily-figures.ts'
import { type Inputs, measure } from './measures.ts'

const now = Date.UTC(2026, 10, 29, 12)
const snapshot = {
  coin_id: 1,
  at: now,
  price_usd: 110,
  volume: 300,
  price_change_1h_pct: 1,
  price_change_24h_pct: -24,
  price_change_7d_pct: 7,
  price_change_30d_pct: null,
}
const snapshots = new Map([[1, snapshot]])
const closes = Float64Array.from({ length: 60 }, (_, day) => 100 + 10 * Math.sin(day))

test('RSI with the price as the last close equals the one of the chart', () => {
  const all = [...closes, 111]
  const expected = rsi(all, 14).at(-1) ?? Number.NaN
  const momentum = findMomentum(closes)
  assert.ok(momentum !== null && Math.abs(toRsi(momentum, 111) - expected) < 1e-9)
  const flat = findMomentum(new Float64Array(20).fill(5))
  assert.equal(flat && toRsi(flat, 5), 50)
})

test('too few closes, or a gap in them, give no RSI and no mean', () => {
  assert.equal(findMomentum(closes.subarray(0, 14)), null)
  assert.notEqual(findMomentum(closes.subarray(0, 15)), null)
  const gap = closes.slice()
  gap[50] = Number.NaN
  assert.equal(findMomentum(gap), null, '9 closes after the gap')
  const late = closes.slice()
  late[59] = Number.NaN
  assert.deepEqual(findMomentum(late), findMomentum(closes.subarray(0, 59)), 'the candle of yesterday may be missing')
  const values = Float64Array.from([1, 2, 3, Number.NaN, 5])
  assert.deepEqual([averageLast(values, 5), averageLast(values, 4), averageLast(values, 10)], [2.75, null, null])
})

test('measures figures of a coin by its snapshot and closed days', () => {
  const daily = new Map([
    [1, toDailyFigures({ closes: new Float64Array(50).fill(100), volumes: new Float64Array(30).fill(100) }, [50])],
  ])
  const inputs: Inputs = { now, snapshots, daily, fourHoursAgo: new Map([[1, 100]]) }
  const value = (condition: Parameters<typeof measure>[0]) => measure(condition, inputs)?.value ?? null
  const change = (window: '1h' | '4h' | '24h' | '30d' | '5m', direction: 'up' | 'either' = 'up') =>
    value({ type: 'change', coin_id: 1, direction, window, percent: 1 })
  assert.deepEqual([change('1h'), change('24h'), change('24h', 'either')], [1, -24, 24])
  assert.equal(change('4h')?.toFixed(9), '10.000000000')
  assert.deepEqual([change('30d'), change('5m')], [null, null], 'unknown')
  assert.equal(value({ type: 'volume', coin_id: 1, multiple: 1 }), 3)
  assert.equal(
    value({ type: 'moving_average', coin_id: 1, days: 50, direction: 'above', percent: 1 })?.toFixed(9),
    '10.000000000',
  )
  assert.equal(value({ type: 'moving_average', coin_id: 1, days: 20, direction: 'above', percent: 1 }), null)
  assert.equal(value({ type: 'volume', coin_id: 2, multiple: 1 }), null, 'a coin without a snapshot')
  const stream = { now: new Map([[1, 105]]), '5m': new Map([[1, 100]]), '15m': new Map<number, number>() }
  const short = (window: '5m' | '15m') =>
    measure({ type: 'change', coin_id: 1, direction: 'up', window, percent: 1 }, { now, minutes: stream })
  assert.equal(short('5m')?.value.toFixed(9), '5.000000000')
  assert.equal(short('15m'), null)
})

test('counts jobs, incidents and sources with a problem, and the age of the data', () => {
  const jobs = [
    { job_id: 'ingest_market_data', state: 'failing', last_error: 'HTTP 500' },
    { job_id: 'backfill_history', state: 'late', last_error: null },
    { job_id: 'compute_analytics', state: 'healthy', last_error: null },
    { job_id: 'transform_aggregates', state: 'paused', last_error: null },
  ] as JobHealth[]
  const incidents = [
    { check_name: 'freshness', severity: 'critical' },
    { check_name: 'stuck_price', severity: 'minor' },
  ] as Incident[]
  const inputs: Inputs = { now, jobs, incidents, newestTick: now - 90_000 }
  const read = (condition: Parameters<typeof measure>[0]) => measure(condition, inputs)
  const { value, detail } = read({ type: 'job', job_id: null, problem: 'either' }) ?? {}
  assert.deepEqual([value, detail?.()], [2, 'ingest_market_data failing (HTTP 500), backfill_history late'])
  assert.equal(read({ type: 'job', job_id: 'backfill_history', problem: 'failing' })?.value, 0)
  assert.equal(read({ type: 'incident', severity: 'minor' })?.value, 2)
  assert.equal(read({ type: 'incident', severity: 'major' })?.detail?.(), 'freshness (critical)')
  assert.equal(read({ type: 'data_age', minutes: 1 })?.value, 1.5)
  assert.equal(measure({ type: 'data_age', minutes: 1 }, { now, newestTick: null }), null)
  const feed = (source: string, state: FeedReport['state'], downMs: number | null) =>
    ({ source, state, problem: null, down_since: downMs === null ? null : now - downMs }) as NonNullable<
      Inputs['feeds']
    >[number]
  const down = (source: string | null, ...feeds: NonNullable<Inputs['feeds']>[number][]) =>
    measure({ type: 'feed', source }, { now, feeds })?.value
  const [good, lost] = [feed('kraken', 'good', null), feed('binance', 'waiting', minuteMs)]
  assert.deepEqual([down('binance', lost, good), down('kraken', lost, good), down(null, lost, good)], [1, 0, 0])
  assert.equal(down(null, lost, feed('kraken', 'off', null)), 1)
  assert.equal(down('binance', feed('binance', 'waiting', minuteMs - 1)), 0)
})

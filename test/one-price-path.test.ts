import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, minuteMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { type HistoryGrid, type HistoryPoint, historyGrids } from '../server/history.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { assertInvariants } from './invariants.ts'
import { runJob, toJobOptions } from './jobs.ts'

const now = Date.parse('2026-11-24T09:00:00Z')

/** The price at an instant. Each minute has a different price. */
const priceAt = (at: number): number => {
  const minute = Math.floor(at / minuteMs)
  const day = minute / 1440
  return 100 * Math.exp(0.3 * Math.sin(day / 17) + 0.05 * Math.sin(day * 1.9) + 0.01 * Math.sin(minute * 0.7))
}

const toPoints = (from: number, to: number, stepMs: number): HistoryPoint[] => {
  const points: HistoryPoint[] = []
  for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs)
    points.push({ at, price_usd: priceAt(at), market_cap: null, volume: at / 1e6 })
  return points
}

/** A warehouse whose source serves the same path for every coin. `serve` returns the points of a call. */
async function open(serve: (id: string, grid: HistoryGrid, from: number, to: number) => HistoryPoint[]) {
  const database = await createTestDatabase()
  const state = { now }
  const fetchHistory = async (id: string, { granularity, days }: { granularity: HistoryGrid; days: number }) => {
    const points = serve(id, granularity, state.now - days * dayMs, state.now)
    return { source: 'test', received: points.length, points, rejected: [] }
  }
  const clock = { ...systemClock, now: () => state.now, sleep: async () => undefined }
  const options = toJobOptions(database, { fetchHistory }, { clock })
  const run = async (job: 'backfill_history' | 'transform_aggregates' | 'compute_analytics') => {
    const { status, error } = await runJob(options, job)
    assert.ok(status === 'success' || status === 'skipped', error)
  }
  return { ...database, state, run }
}

const track = (pool: TestDatabase['pool'], id: string) =>
  pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, is_tracked, first_seen_at, last_seen_at)
     values ($1, 'x', $1, true, now(), now())`,
    [id],
  )

/** Asserts equal opens, closes and figures of all coins on the closed days of the last year, and correlations of 1. */
async function assertSame(pool: TestDatabase['pool'], coins: number) {
  const { rows: days } = await pool.query(
    `select date, count(*)::int as coins, count(distinct open)::int as opens, count(distinct close)::int as closes,
       min(open) as open, min(close) as close
     from fact_daily_ohlcv where date >= '2025-11-25' and date <= '2026-11-23' group by date order by date`,
  )
  assert.equal(days.length, 364)
  for (const { date, ...day } of days) {
    const [open, close] = [priceAt(Date.parse(date)), priceAt(Date.parse(date) + dayMs)]
    assert.deepEqual(day, { coins, opens: 1, closes: 1, open, close }, date)
  }
  const { rows: risks } = await pool.query('select * from analytics_volatility order by period_days, coin_id')
  assert.equal(risks.length, 5 * coins)
  let values = 0
  for (const [index, { coin_id: _id, ...figures }] of risks.entries()) {
    const first = risks[index - (index % coins)]
    for (const [column, value] of Object.entries(figures)) {
      if (typeof value !== 'number') assert.equal(value, first[column], column)
      else {
        assert.ok(Math.abs(value - first[column]) <= 1e-12 * Math.max(1, Math.abs(value)), `${column} ${value}`)
        values += 1
      }
    }
  }
  assert.ok(values > 5 * coins * 4, `${values} figures`)
  const { rows: pairs } = await pool.query('select correlation, observations from analytics_correlation')
  assert.equal(pairs.length, (5 * coins * (coins - 1)) / 2)
  for (const { correlation } of pairs) assert.ok(Math.abs(correlation - 1) <= 1e-12, `${correlation}`)
}

test('gives equal opens, closes and statistics for one path on all four grids', async (t) => {
  const stepOf: Record<string, number> = { fine: 5, ticks: 10, hours: 60, days: 1440 }
  const { pool, run, drop } = await open((id, grid, from, to) =>
    grid === 'daily' ? toPoints(from, to, (stepOf[id] ?? 0) * minuteMs) : [],
  )
  t.after(drop)
  for (const id of Object.keys(stepOf)) await track(pool, id)
  for (const job of ['backfill_history', 'transform_aggregates', 'compute_analytics'] as const) await run(job)
  await assertSame(pool, 4)
  await assertInvariants({ pool })
})

test('stores equal candles for coins added at different times or backfilled twice', async (t) => {
  const { pool, run, state, drop } = await open((_id, grid, from, to) => toPoints(from, to, historyGrids[grid].stepMs))
  t.after(drop)
  for (const ago of [300, 220, 140, 60, 0]) {
    state.now = now - ago * dayMs
    await track(pool, `joined-${ago}`)
    await run('backfill_history')
    await run('transform_aggregates')
  }
  await pool.query('delete from history_coverage where coin_id = 2')
  for (const job of ['backfill_history', 'transform_aggregates', 'compute_analytics'] as const) await run(job)
  await assertSame(pool, 5)
  await assertInvariants({ pool })
})

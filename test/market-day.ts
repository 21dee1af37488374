import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { hourMs, minuteMs, tickMs } from '../contract/time.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { createTestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'

export const trackedCoins = 30
const lateMs = 7000

/** A warehouse on the simulated market with its own clock, history and candles. */
export async function openDay(t: TestContext, midnight: string) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool } = database
  const day = Date.parse(midnight)
  const state = { now: day - tickMs }
  const simulator = await startSimulator({ coins: 70, clock: () => state.now })
  t.after(simulator.close)
  const clock = {
    now: () => state.now,
    sleep: async (ms: number) => {
      state.now += ms
    },
  }
  const market = createCoingecko({
    clock,
    baseUrl: simulator.baseUrl,
    demoKey: null,
    proKey: null,
    callsPerMinute: 6000,
    deadlineMs: 4000,
  })
  const options = toJobOptions(database, market, { clock, trackedCoins })
  await pool.query(`create table bars_of_the_day partition of fact_minute_ohlc
    for values from ('${new Date(day - hourMs).toISOString()}') to ('${new Date(day + 25 * hourMs).toISOString()}')`)

  /** Inserts the minute candles that the stream would have written. */
  const stream = async () => {
    const { rows } = await pool.query<{ id: number; coingecko_id: string }>('select id, coingecko_id from dim_coin')
    const bars = rows.flatMap(({ id, coingecko_id }) => {
      const coin = simulator.market.findCoin(coingecko_id)
      if (coin === undefined) return []
      return [0, 1].map((back) => {
        const minute = Math.floor(state.now / minuteMs) * 60 - back * 60
        const heard = [0, 15, 30, 45].map((second) => simulator.market.priceAt(coin, minute + second) ?? 0)
        return { coin_id: id, minute: new Date(minute * 1000), low: Math.min(...heard), high: Math.max(...heard) }
      })
    })
    await pool.query(
      `insert into fact_minute_ohlc select coin_id, minute, low, high, low, high, 4
       from jsonb_to_recordset($1) as b (coin_id int, minute timestamptz, low float8, high float8)
       on conflict do nothing`,
      [JSON.stringify(bars)],
    )
  }

  /** Ingests a snapshot, and builds the candles at 03:00. Returns the outcome of the ingest. */
  const ingest = async (index: number) => {
    state.now = day + index * tickMs + lateMs
    const ended = await runJob(options, 'ingest_market_data', { trigger: 'schedule' })
    if (index === 18) await runJob(options, 'transform_aggregates', { trigger: 'schedule' })
    return ended
  }

  /**
   * Ingests, then runs the due checks. Also returns the results that did not pass. `hears`: whether the stream sends
   * prices.
   */
  const tick = async (index: number, { hears = true } = {}) => {
    const ended = await ingest(index)
    if (hears) await stream()
    const checked = await runJob(options, 'data_quality_checks', { trigger: 'schedule' })
    assert.equal(checked.status, 'success', checked.error)
    const { rows } = await pool.query<{ check_name: string; status: string; observed: number | null; details: object }>(
      `select check_name, status, observed, details from data_quality_checks
       where executed_at > $1 and status not in ('passed', 'no_data')`,
      [new Date(day + index * tickMs)],
    )
    return { ended, found: rows }
  }

  for (const job of ['ingest_market_data', 'backfill_history', 'transform_aggregates'] as const) {
    const { status, error } = await runJob(options, job)
    assert.equal(status, 'success', error)
  }
  return { ...database, simulator, ingest, tick }
}

import type pg from 'pg'
import { dayMs, tickMs } from '../contract/time.ts'
import type { HistoryPoint } from '../server/history.ts'
import type { Db } from '../server/warehouse/db.ts'
import { extendCoverage, writeHistory } from '../server/warehouse/history.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { claimRun, writeInRun } from '../server/warehouse/runs.ts'
import { Market } from '../simulator/model.ts'

export const coins = 50
const spareCoins = 30
const granularity = '10min'

/** Simulated prices every 10 minutes over `days` until `to` (ms), one list per coin. */
export function* simulateHistory(days: number, to: number): Generator<HistoryPoint[]> {
  const market = new Market(1, coins + spareCoins)
  let made = 0
  for (const coin of market.coins) {
    const points: HistoryPoint[] = []
    for (let at = to - days * dayMs; at < to; at += tickMs) {
      const price_usd = market.priceAt(coin, at / 1000)
      if (price_usd === null) break
      const market_cap = market.capAt(coin, at / 1000) || null
      points.push({ at, price_usd, market_cap, volume: market.volumeAt(coin, at / 1000) })
    }
    if (points.length < (days * dayMs) / tickMs) continue
    yield points
    made += 1
    if (made === coins) return
  }
}

/** Inserts the coins 1 to `count`, creates the partitions up to `to`, and returns a run id. */
export async function prepare(
  { pool, db }: { pool: pg.Pool; db: Db },
  { count, days, to }: { count: number; days: number; to: number },
): Promise<number> {
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
     select 'coin-' || n, 'c' || n, 'Coin ' || n, n, now(), now() from generate_series(1, $1::int) n`,
    [count],
  )
  await ensurePartitions(pool, { from: new Date(to - days * dayMs), to: new Date(to) })
  return (await claimRun(db, { jobId: 'backfill_history', trigger: 'manual', attempt: 1 })).id
}

/** Writes the history of one coin as the backfill does. */
export const writeCoin = (
  pool: pg.Pool,
  runId: number,
  { coinId, points }: { coinId: number; points: HistoryPoint[] },
): Promise<void> =>
  writeInRun(pool, runId, async (tx, client) => {
    await writeHistory({ tx, client }, { coinId, granularity, points })
    const [from, to] = [points[0]?.at ?? 0, (points.at(-1)?.at ?? 0) + tickMs]
    await extendCoverage(tx, { coinIds: [coinId], granularity: '5min', from, to })
  })

/** Loads a year of 50 coins at 10 minutes as the backfill does, up to the last UTC midnight. */
export async function loadYear(database: { pool: pg.Pool; db: Db }): Promise<{ facts: number; to: number }> {
  const to = Math.floor(Date.now() / dayMs) * dayMs
  const runId = await prepare(database, { count: coins, days: 365, to })
  let [coinId, facts] = [0, 0]
  for (const points of simulateHistory(365, to)) {
    coinId += 1
    facts += points.length
    await writeCoin(database.pool, runId, { coinId, points })
  }
  const client = await database.pool.connect()
  await client.query('set statement_timeout = 0')
  await client.query('vacuum analyze fact_market_data')
  client.release(true)
  return { facts, to }
}

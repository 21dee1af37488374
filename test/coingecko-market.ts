import { dayMs } from '../contract/time.ts'
import { historyGrids } from '../server/history.ts'
import type { Snapshot } from '../server/snapshot.ts'
import type { TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'

/** How deep the history of the market is. The part before a year has candles only, as after the facts were dropped. */
export const deepDays = 400

const shares: Record<string, number> = { bitcoin: 60_000, ethereum: 3000, tether: 1, 'wrapped-bitcoin': 59_900 }

/** The price of a coin at an instant of the history, in USD. */
export const priceAt = (id: string, at: number): number => (shares[id] ?? 1) * (1 + (at % 7_919_999) / 1e8)

/** Most of the total is in the coins with a history. */
const caps = [1e12, 5e11, 3e10, 2e10]

const image = (id: string) => `https://coin-images.coingecko.com/coins/images/1/large/${id}.png?1696501400`

const snapshots: Snapshot[] = Object.keys(shares).map((id, index) =>
  toSnapshot(id, {
    symbol: { bitcoin: 'btc', ethereum: 'eth', tether: 'usdt' }[id] ?? 'btc',
    name: id[0]?.toUpperCase() + id.slice(1),
    image_url: image(id),
    kind: { tether: 'stablecoin' as const, 'wrapped-bitcoin': 'wrapped' as const }[id] ?? 'coin',
    market_cap_rank: index + 1,
    price_usd: (shares[id] ?? 1) * 1.0123456789,
    market_cap: caps[index] ?? null,
    fully_diluted_valuation: index === 2 ? null : 1.1e12,
    volume: 1e10 / (index + 1),
    price_change_7d_pct: 3.25,
    total_supply: 21e6,
    max_supply: index === 0 ? 21e6 : null,
    ath: 126_080,
    ath_date: '2025-10-06T18:57:42.558Z',
    atl: 67.81,
    atl_date: '2013-07-06T00:00:00.000Z',
    source_updated_at: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
  }),
)

/** Fills a warehouse with four coins, a snapshot of now, and 400 days of history of bitcoin and ethereum. */
export async function fillMarket(database: TestDatabase): Promise<void> {
  const options = toJobOptions(database, {
    fetchSnapshots: async () => ({ source: 'test', snapshots, rejected: [] }),
    fetchRates: async () => [
      { code: 'btc', name: 'Bitcoin', unit: 'BTC', type: 'crypto', units_per_btc: 1 },
      { code: 'usd', name: 'US Dollar', unit: '$', type: 'fiat', units_per_btc: 60_000 },
      { code: 'eur', name: 'Euro', unit: '€', type: 'fiat', units_per_btc: 48_000 },
    ],
    fetchHistory: async (id, { granularity, days }) => {
      const { stepMs } = historyGrids[granularity]
      const now = Date.now()
      const count = ['bitcoin', 'ethereum'].includes(id) ? Math.floor((days * dayMs) / stepMs) : 0
      const points = Array.from({ length: count }, (_, back) => Math.floor(now / stepMs) * stepMs - back * stepMs)
        .reverse()
        .map((at) => ({ at, price_usd: priceAt(id, at), market_cap: 1e12, volume: 1e10 }))
      return { source: 'test', received: points.length, points, rejected: [] }
    },
  })
  for (const job of ['ingest_market_data', 'backfill_history', 'transform_aggregates'] as const)
    await runJob(options, job)
  await insertCandles(database)
}

async function insertCandles({ pool }: TestDatabase): Promise<void> {
  const today = Math.floor(Date.now() / dayMs) * dayMs
  const ends = Array.from({ length: deepDays - 364 }, (_, back) => today - (365 + back) * dayMs)
  for (const id of ['bitcoin', 'ethereum'])
    await pool.query(
      `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples, close_at, granularity)
       select c.id, (close_at at time zone 'UTC')::date - 1, close, close, close, close, 1e10, 1, close_at, 'daily'
       from dim_coin c, unnest($2::timestamptz[], $3::float8[]) as candle (close_at, close) where coingecko_id = $1
       on conflict do nothing`,
      [id, ends.map((end) => new Date(end).toISOString()), ends.map((end) => priceAt(id, end))],
    )
}

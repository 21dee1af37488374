import { sql } from 'kysely'
import { minuteMs, tickMs } from '../../contract/time.ts'
import type { Db } from './db.ts'

/** The latest snapshot of a coin in USD with its all-time extremes. `priced_at`: in ms since 1970. */
export type PriceWithExtremes = {
  coin_id: number
  price_usd: number
  priced_at: number
  ath: number | null
  atl: number | null
}

/** The latest snapshot of each tracked coin. */
export async function listPricesWithExtremes(db: Db): Promise<PriceWithExtremes[]> {
  const { rows } = await sql<PriceWithExtremes>`select l.coin_id, l.price_usd, c.ath, c.atl,
      (extract(epoch from coalesce(l.source_updated_at, l.timestamp)) * 1000)::float8 as priced_at
    from latest_market_data l join dim_coin c on c.id = l.coin_id
    where c.is_tracked and l.price_usd is not null`.execute(db)
  return rows
}

/** The latest snapshot of a coin: price and volume in USD, changes in percent, `at` its tick in ms since 1970. */
export type CoinSnapshot = {
  coin_id: number
  at: number
  price_usd: number
  volume: number | null
  price_change_1h_pct: number | null
  price_change_24h_pct: number | null
  price_change_7d_pct: number | null
  price_change_30d_pct: number | null
}

/** The latest snapshots of coins. Untracked coins are left out. */
export async function listCoinSnapshots(db: Db, coinIds: readonly number[]): Promise<CoinSnapshot[]> {
  const { rows } =
    await sql<CoinSnapshot>`select coin_id, (extract(epoch from timestamp) * 1000)::float8 as at, price_usd,
      volume, price_change_1h_pct, price_change_24h_pct, price_change_7d_pct, price_change_30d_pct
    from mv_latest_market_data where coin_id = any(${[...coinIds]}::int[]) and price_usd is not null`.execute(db)
  return rows
}

/** The stored prices of coins, in USD, at an instant (ms since 1970) or up to 10 minutes before it. */
export async function listPricesAt(db: Db, coinIds: readonly number[], at: number): Promise<Map<number, number>> {
  const [from, to] = [new Date(at - tickMs), new Date(at)]
  const { rows } = await sql<{ coin_id: number; price_usd: number }>`
    select coin_id, (array_agg(price_usd order by timestamp desc))[1] as price_usd from fact_market_data
    where coin_id = any(${[...coinIds]}::int[]) and timestamp > ${from}::timestamptz and timestamp <= ${to}::timestamptz
    group by coin_id`.execute(db)
  return new Map(rows.map(({ coin_id, price_usd }) => [coin_id, price_usd]))
}

const maxBarAgeMs = 2 * minuteMs

/** The closes of the 1-minute candles of coins that ended at an instant (ms since 1970) or up to 2 minutes before it. */
export async function listMinuteCloses(db: Db, coinIds: readonly number[], at: number): Promise<Map<number, number>> {
  const [from, to] = [new Date(at - minuteMs - maxBarAgeMs), new Date(at - minuteMs)]
  const { rows } = await sql<{ coin_id: number; close: number }>`
    select coin_id, (array_agg(close order by minute desc))[1] as close from fact_minute_ohlc
    where coin_id = any(${[...coinIds]}::int[]) and minute > ${from}::timestamptz and minute <= ${to}::timestamptz
    group by coin_id`.execute(db)
  return new Map(rows.map(({ coin_id, close }) => [coin_id, close]))
}

/** The last known price of a coin in USD and its all-time extremes; null when it has no snapshot. */
export async function findPriceWithExtremes(
  db: Db,
  coinId: number,
): Promise<Pick<PriceWithExtremes, 'price_usd' | 'ath' | 'atl'> | null> {
  const { rows } = await sql<Pick<PriceWithExtremes, 'price_usd' | 'ath' | 'atl'>>`select l.price_usd, c.ath, c.atl
    from dim_coin c join latest_market_data l on l.coin_id = c.id
    where c.id = ${coinId} and l.coin_id = ${coinId} and l.price_usd is not null`.execute(db)
  return rows[0] ?? null
}

import { sql } from 'kysely'
import { dayMs } from '../../contract/time.ts'
import type { ExchangeInterval, ExchangeMarket } from '../exchange-candles.ts'
import { hasClose } from './day.ts'
import type { Db } from './db.ts'

/** A tracked coin and its price in the newest snapshot, as of `priced_at` (ms since 1970); null: none. */
export type CandleCoin = { coin_id: number; coingecko_id: string; price_usd: number | null; priced_at: number | null }

/** The tracked coins, best rank first. `limit`: how many of them; 0: all. */
export async function listCandleCoins(db: Db, { limit }: { limit: number }): Promise<CandleCoin[]> {
  const { rows } = await sql<CandleCoin>`
    select c.id as coin_id, c.coingecko_id, l.price_usd, (extract(epoch from l.timestamp) * 1000)::float8 as priced_at
    from dim_coin c left join latest_market_data l on l.coin_id = c.id
    where c.is_tracked order by c.market_cap_rank nulls last, c.id
    limit ${limit === 0 ? null : limit}::int`.execute(db)
  return rows
}

/** Instants in ms since 1970. `reason`: why it was refused; null: it wasn't. */
export type StoredMarket = ExchangeMarket & {
  id: number
  coin_id: number
  reason: string | null
  history_from: number | null
  checked_at: number
}

/** The known markets of coins, refused ones too. */
export async function listExchangeMarkets(db: Db): Promise<StoredMarket[]> {
  const { rows } = await sql<StoredMarket>`
    select id, coin_id, exchange, symbol, quote, reason, (extract(epoch from history_from) * 1000)::float8 as history_from,
      (extract(epoch from checked_at) * 1000)::float8 as checked_at
    from dim_exchange_market order by id`.execute(db)
  return rows
}

type NewMarket = Omit<StoredMarket, 'id' | 'history_from'>

/** Stores that the price of a market was compared with that of its coin. */
export async function saveExchangeMarket(tx: Db, market: NewMarket): Promise<void> {
  const { coin_id, exchange, symbol, quote, reason } = market
  const values = {
    quote,
    reason,
    status: reason === null ? 'accepted' : 'refused',
    checked_at: new Date(market.checked_at).toISOString(),
  }
  const updated = await tx
    .updateTable('dim_exchange_market')
    .set(values)
    .where('coin_id', '=', coin_id)
    .where('exchange', '=', exchange)
    .where('symbol', '=', symbol)
    .executeTakeFirst()
  if (Number(updated.numUpdatedRows) === 0)
    await tx
      .insertInto('dim_exchange_market')
      .values({ coin_id, exchange, symbol, ...values })
      .execute()
}

/** Stores when the history of a coin on a market begins; `before` belongs to another coin. */
export const saveHistoryStart = async (tx: Db, { id, at }: { id: number; at: number }): Promise<void> => {
  const history_from = new Date(at).toISOString()
  await tx.updateTable('dim_exchange_market').set({ history_from }).where('id', '=', id).execute()
}

/** The range [from, to) in ms since 1970 of which all candles are stored. */
export type Coverage = { from: number; to: number; reachesListing: boolean }
export type CoverageKey = `${number} ${ExchangeInterval}`
export const toCoverageKey = (marketId: number, interval: ExchangeInterval): CoverageKey => `${marketId} ${interval}`

export async function listExchangeCoverage(db: Db): Promise<Map<CoverageKey, Coverage>> {
  const { rows } = await sql<{
    market_id: number
    interval: ExchangeInterval
    from: number
    to: number
    reached: boolean
  }>`
    select market_id, interval, (extract(epoch from covered_from) * 1000)::float8 as "from",
      (extract(epoch from covered_to) * 1000)::float8 as "to", reaches_listing as reached from exchange_coverage`.execute(
    db,
  )
  return new Map(
    rows.map(({ market_id, interval, from, to, reached }) => [
      toCoverageKey(market_id, interval),
      { from, to, reachesListing: reached },
    ]),
  )
}

export async function saveExchangeCoverage(
  tx: Db,
  { coin_id, market_id, interval }: { coin_id: number; market_id: number; interval: ExchangeInterval },
  { from, to, reachesListing }: Coverage,
): Promise<void> {
  await sql`insert into exchange_coverage (coin_id, market_id, interval, covered_from, covered_to, reaches_listing, updated_at)
    values (${coin_id}, ${market_id}, ${interval}, ${new Date(from)}, ${new Date(to)}, ${reachesListing}, now())
    on conflict (coin_id, market_id, interval) do update set covered_from = excluded.covered_from,
      covered_to = excluded.covered_to, reaches_listing = excluded.reaches_listing, updated_at = excluded.updated_at`.execute(
    tx,
  )
}

/** How the daily closes of a market and of CoinGecko agree: the days with both, and those more than `tolerance` apart. */
export type Agreement = { market_id: number; days: number; apart: number }

/** Compares the daily closes of markets, refused ones too, over the last `days` before `now` (ms since 1970). */
export async function compareDailyCloses(
  db: Db,
  { now, days, tolerance }: { now: number; days: number; tolerance: number },
): Promise<Agreement[]> {
  const from = new Date(now - days * dayMs).toISOString()
  const { rows } = await sql<Agreement>`
    with exchange as (
      select f.coin_id, f.market_id, (f.block_at at time zone 'UTC')::date + (u.slot - 1)::int as date, u.close * u.usd_rate as close
      from fact_exchange_ohlcv f cross join lateral unnest(f.close, f.usd_rate) with ordinality as u (close, usd_rate, slot)
      where f.interval = '1d' and u.close is not null and u.usd_rate is not null
        and f.block_at >= ${from}::timestamptz - interval '31 days'
    )
    select e.market_id, count(*)::int as days,
      (count(*) filter (where abs(e.close / d.close - 1) > ${tolerance}::float8))::int as apart
    from exchange e join fact_daily_ohlcv d on d.coin_id = e.coin_id and d.date = e.date
    where d.date >= (${from}::timestamptz at time zone 'UTC')::date and ${hasClose('d')}
    group by e.market_id`.execute(db)
  return rows
}

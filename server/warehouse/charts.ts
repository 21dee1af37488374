import { type RawBuilder, sql } from 'kysely'
import type { CoinOhlcv, Sparklines } from '../../contract/charts.ts'
import { defaultCurrency } from '../../contract/currencies.ts'
import { hasDayClose, toChangePct } from '../../contract/day.ts'
import { dayMs, hourMs, toUtcDay } from '../../contract/time.ts'
import { listUsdRates, type UsdRate } from './currencies.ts'
import { daySummary, hasClose, startOf, toCandles } from './day.ts'
import type { Db } from './db.ts'

const sparklineHours = 6
const sparklineSteps = 28

/**
 * The candles of a coin for its closed UTC days from `from` up to, but without, `to` (2026-11-24), oldest first, in USD.
 * `change_pct`: close to close, null unless this day and the one before have a close. contract/day.ts defines both.
 */
export async function listCandles(
  db: Db,
  { coinId, from, to }: { coinId: number; from: string; to: string },
): Promise<CoinOhlcv['candles']> {
  const { rows } = await sql<CoinOhlcv['candles'][number]>`
    select c.date, ${startOf(sql`c.date`)} as timestamp, c.open, c.high, c.low, c.close, c.volume, c.samples, c.close_at,
      c.granularity::text as granularity,
      case when ${hasClose('c')} and ${hasClose('b')} then (c.close / b.close - 1) * 100 end as change_pct
    from fact_daily_ohlcv c left join fact_daily_ohlcv b on b.coin_id = c.coin_id and b.date = c.date - 1
    where c.coin_id = ${coinId} and c.date >= ${from}::date and c.date < ${to}::date order by c.date`.execute(db)
  return rows
}

/**
 * The candles in progress at `now` (ms since 1970), computed from facts, in USD: today and, until its candle is stored,
 * yesterday (UTC). `closed`: the stored candles, for `change_pct`.
 */
export async function listOpenCandles(
  db: Db,
  { coinId, now, closed }: { coinId: number; now: number; closed: CoinOhlcv['candles'] },
): Promise<CoinOhlcv['candles']> {
  const today = Math.floor(now / dayMs) * dayMs
  const dates = [today - dayMs, today].map(toUtcDay)
  const facts = sql`(select * from fact_market_data where coin_id = ${coinId}
    and timestamp >= ${new Date(today - dayMs)}::timestamptz - interval '1 hour')`
  const days = sql`select ${coinId}::int as coin_id, u.*, s.* from (
      select date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at
      from unnest(${dates}::date[]) as day (date)
      where date not in (select date from fact_daily_ohlcv where coin_id = ${coinId} and date >= ${dates[0]}::date)
    ) u, lateral (select ${daySummary} from ${facts} f where f.timestamp >= u.starts_at and f.timestamp < u.ends_at) s`
  const { rows } = await sql<
    CoinOhlcv['candles'][number]
  >`select date, ${startOf(sql`date`)} as timestamp, open, high, low,
      close, volume, samples, close_at, granularity::text as granularity, null::float8 as change_pct
    from (${toCandles(days, facts)}) candle order by date`.execute(db)
  const known = [...closed, ...rows]
  for (const candle of rows) {
    const before = known.find(({ date }) => Date.parse(date) === Date.parse(candle.date) - dayMs)
    if (before !== undefined && hasDayClose(before)) candle.change_pct = toChangePct(candle.close, before.close)
  }
  return rows
}

/**
 * The last price of every 6 h over 7 days, oldest first, for coins by numeric or CoinGecko id, in the order of `ids`, in
 * a currency at the rates of their times. Unknown coins and 6 h without a fact or a rate are left out.
 */
export async function listSparklines(db: Db, ids: string[], currency = defaultCurrency): Promise<Sparklines> {
  const now = Date.now()
  const { rows: coins } = await sql<{ id: number }>`
    select c.id from unnest(${ids}::text[]) with ordinality as wanted (id, position)
      join dim_coin c on c.coingecko_id = wanted.id or c.id::text = wanted.id
    group by c.id order by min(position)`.execute(db)
  const back = (steps: RawBuilder<unknown>) =>
    sql`${new Date(now)}::timestamptz - make_interval(hours => (${steps}) * ${sparklineHours}::int)`
  const { rows } = await sql<{ coin_id: number; prices: number[] | null; steps: number[] | null }>`
    select coin_id, array_agg(price_usd order by step desc) filter (where price_usd is not null) as prices,
      array_agg(step order by step desc) filter (where price_usd is not null) as steps
    from (
      select bin.coin_id, bin.step, (select f.price_usd from fact_market_data f where f.coin_id = bin.coin_id
          and f.timestamp <= ${back(sql`bin.step`)} and f.timestamp > ${back(sql`bin.step + 1`)}
        order by f.timestamp desc limit 1) as price_usd
      from (select coin_id, generate_series(0, ${sparklineSteps - 1}::int) as step from latest_market_data
        where coin_id = any(${coins.map(({ id }) => id)}::int[])) bin
    ) price
    group by coin_id`.execute(db)
  const moments = Array.from({ length: sparklineSteps }, (_, step) => now - step * sparklineHours * hourMs)
  const rates = await listUsdRates(db, currency, moments)
  const prices = new Map(
    rows.map(({ coin_id, prices, steps }) => [coin_id, convertSteps(prices ?? [], steps ?? [], rates)]),
  )
  return coins.map(({ id }) => ({ coin_id: id, prices: prices.get(id) ?? [] }))
}

/** Prices in USD at the rates of their steps, without those that have none. */
const convertSteps = (prices: number[], steps: number[], rates: (UsdRate | null)[]): number[] =>
  prices.flatMap((price, index) => {
    const rate = rates[steps[index] ?? -1]
    return rate == null ? [] : [price / rate.usd_rate]
  })

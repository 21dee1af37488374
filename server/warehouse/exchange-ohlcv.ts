import { sql } from 'kysely'
import type { CoinOhlcv } from '../../contract/charts.ts'
import { type Interval, intervalMs } from '../../contract/intervals.ts'
import { type ExchangeInterval, exchangeGrids } from '../exchange-candles.ts'
import type { Db } from './db.ts'

/** The stored candles of which those of an interval are made. */
const toBase = (interval: Interval): ExchangeInterval =>
  intervalMs[interval] < intervalMs['1h'] ? '1m' : intervalMs[interval] < intervalMs['1d'] ? '1h' : '1d'

/** The market whose candles a coin shows. [from, to): the stored range in ms since 1970. */
export type ShownMarket = { market_id: number; exchange: string; symbol: string; from: number; to: number }

/** The accepted market with current candles that reaches back furthest; undefined: none has candles for the interval. */
export async function findShownMarket(
  db: Db,
  { coinId, interval }: { coinId: number; interval: Interval },
): Promise<ShownMarket | undefined> {
  const { rows } = await sql<ShownMarket>`
    select c.market_id, m.exchange, m.symbol, (extract(epoch from c.covered_from) * 1000)::float8 as "from",
      (extract(epoch from c.covered_to) * 1000)::float8 as "to"
    from exchange_coverage c join dim_exchange_market m on m.id = c.market_id
    where c.coin_id = ${coinId} and c.interval = ${toBase(interval)} and m.status = 'accepted'
    order by c.covered_to > now() - interval '2 days' desc, c.covered_from, c.market_id limit 1`.execute(db)
  return rows[0]
}

type Range = { coinId: number; marketId: number; interval: Interval; from: number; to: number }

/**
 * The closed candles of a market that open in [from, to) (ms since 1970), oldest first, in USD. Intervals without a candle
 * are left out. Where the exchange reports only units of the coin, the volume is these times the average of high, low and
 * close. `samples`: 4 prices per stored candle. `change_pct`: close to close of adjacent candles.
 */
export async function listExchangeCandles(
  db: Db,
  { coinId, marketId, interval, from, to }: Range,
): Promise<CoinOhlcv['candles']> {
  const base = toBase(interval)
  const { widthMs, toBlock } = exchangeGrids[base]
  const width = sql`make_interval(mins => ${intervalMs[interval] / intervalMs['1m']}::int)`
  const step = sql`make_interval(mins => ${widthMs / intervalMs['1m']}::int)`
  const [first, end] = [new Date(from).toISOString(), new Date(to).toISOString()]
  const isDaily = base === '1d'
  const { rows } = await sql<CoinOhlcv['candles'][number]>`
    select (opens at time zone 'UTC')::date as date, opens as timestamp, open, high, low, close, volume, samples,
      case when ${isDaily}::bool then closes end as close_at, null::text as granularity,
      case when lag(opens) over (order by opens) = opens - ${width}
        then (close / lag(close) over (order by opens) - 1) * 100 end as change_pct
    from (
      select date_bin(${width}, at, timestamptz '2000-01-03 00:00:00+00') as opens, (array_agg(open order by at))[1] as open,
        max(high) as high, min(low) as low, (array_agg(close order by at desc))[1] as close, sum(volume) as volume,
        4 * count(*)::int as samples, max(at) + ${step} as closes
      from (
        select f.block_at + (u.slot - 1) * ${step} as at, u.open * u.usd_rate as open, u.high * u.usd_rate as high,
          u.low * u.usd_rate as low, u.close * u.usd_rate as close,
          coalesce(u.quote_volume::float8, u.base_volume * (u.high + u.low + u.close) / 3) * u.usd_rate as volume
        from fact_exchange_ohlcv f cross join lateral unnest(f.open, f.high, f.low, f.close, f.base_volume, f.quote_volume,
            f.usd_rate) with ordinality as u (open, high, low, close, base_volume, quote_volume, usd_rate, slot)
        where f.coin_id = ${coinId} and f.market_id = ${marketId} and f.interval = ${base}
          and f.block_at >= ${new Date(toBlock(from)).toISOString()}::timestamptz and f.block_at < ${end}::timestamptz
          and u.close is not null and u.usd_rate is not null
      ) candle
      where at >= ${first}::timestamptz and at < ${end}::timestamptz
      group by 1
    ) bin
    order by opens`.execute(db)
  return rows
}

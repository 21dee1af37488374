import { sql } from 'kysely'
import type { CoinOhlcv } from '../../contract/charts.ts'
import type { Interval } from '../../contract/intervals.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { floorToBin } from './day.ts'
import type { Db } from './db.ts'

/** Candles that may not exist yet: the current one, and one opened early by a source's clock. */
const maxMissing = 2
/** How much further back to read when some intervals have no candle. */
const extraSpanMs = 7 * dayMs

const minutesOf = { '1m': 1, '5m': 5, '15m': 15, '1h': 60 } as const satisfies Partial<Record<Interval, number>>

type Candles = CoinOhlcv['candles']
type Intraday = { coinId: number; interval: keyof typeof minutesOf; limit: number; now: number }

/**
 * The newest `limit` candles of a coin up to `now` (ms since 1970), from 1-minute candles, oldest first, in USD. Each opens
 * at a multiple of the interval (UTC). `change_pct`: close to close of adjacent candles. Intervals without a price are
 * skipped, up to a week further back.
 */
export async function listIntradayCandles(db: Db, query: Intraday): Promise<Candles> {
  const widthMs = minutesOf[query.interval] * minuteMs
  const to = Math.ceil((query.now + minuteMs) / widthMs) * widthMs
  const from = to - (query.limit + maxMissing) * widthMs
  const candles = await listBetween(db, query, { from, to })
  return candles.length < query.limit ? listBetween(db, query, { from: from - extraSpanMs, to }) : candles
}

async function listBetween(
  db: Db,
  { coinId, interval, limit }: Intraday,
  { from, to }: { from: number; to: number },
): Promise<Candles> {
  const minutes = minutesOf[interval]
  const { rows } = await sql<Candles[number]>`
    select (opens at time zone 'UTC')::date as date, opens as timestamp, open, high, low, close, null::float8 as volume,
      samples, null::timestamptz as close_at, null::text as granularity,
      case when lag(opens) over (order by opens) = opens - make_interval(mins => ${minutes}::int)
        then (close / lag(close) over (order by opens) - 1) * 100 end as change_pct
    from (
      select ${floorToBin(sql`make_interval(mins => ${minutes}::int)`, sql`minute`)} as opens,
        (array_agg(open order by minute))[1] as open, max(high) as high, min(low) as low,
        (array_agg(close order by minute desc))[1] as close, sum(ticks)::int as samples
      from (
        select minute, open, high, low, close, ticks from fact_minute_ohlc
        where coin_id = ${coinId} and minute >= ${new Date(from).toISOString()}::timestamptz
          and minute < ${new Date(to).toISOString()}::timestamptz
        order by minute desc limit ${limit * minutes}
      ) bar
      group by opens order by opens desc limit ${limit}
    ) candle
    order by opens`.execute(db)
  return rows
}

import { sql } from 'kysely'
import type { CoinHistory, CoinOhlcv, Sparklines } from '../../contract/charts.ts'
import type { Db } from './db.ts'

const maxPoints = 1000
const stretches = maxPoints / 2 - 1
const sparklineHours = 6
const sparklineSteps = 28

type Price = CoinHistory['prices'][number]

const facts = (coinId: number, days: number) => sql`from fact_market_data
  where coin_id = ${coinId} and timestamp >= now() - make_interval(days => ${days})`

/**
 * The prices of a coin in the last `days`, in USD, oldest first: all when they are at most 1,000, else the first, the
 * last, and the lowest and highest of each of 499 equal stretches of time. Days whose facts are gone give the close of
 * their candle.
 */
export async function listPrices(db: Db, { coinId, days }: { coinId: number; days: number }): Promise<Price[]> {
  const all = await sql<Price>`select timestamp, price_usd ${facts(coinId, days)}
    order by timestamp limit ${maxPoints + 1}`.execute(db)
  const prices = all.rows.length > maxPoints ? await listExtremes(db, { coinId, days }) : all.rows
  const closes = await listCloses(db, { coinId, days, before: prices[0]?.timestamp ?? null })
  return [...closes, ...prices].slice(-maxPoints)
}

async function listExtremes(db: Db, { coinId, days }: { coinId: number; days: number }): Promise<Price[]> {
  const width = sql`make_interval(secs => ${(days * 86_400) / stretches})`
  const extreme = (direction: 'asc' | 'desc') => sql`(select timestamp, price_usd from fact_market_data
    where coin_id = ${coinId} and timestamp >= start and timestamp < start + ${width}
    order by price_usd ${sql.raw(direction)}, timestamp limit 1)`
  const end = (direction: 'asc' | 'desc') =>
    sql`(select timestamp, price_usd ${facts(coinId, days)} order by timestamp ${sql.raw(direction)} limit 1)`
  const { rows } = await sql<Price>`
    select point.timestamp, point.price_usd
    from (select now() - make_interval(days => ${days}) + n * ${width} as start
      from generate_series(0, ${stretches - 1}::int) as n) stretch,
      lateral (${extreme('asc')} union ${extreme('desc')}) as point
    union ${end('asc')} union ${end('desc')} order by timestamp`.execute(db)
  return rows
}

async function listCloses(
  db: Db,
  { coinId, days, before }: { coinId: number; days: number; before: string | null },
): Promise<Price[]> {
  const { rows } = await sql<Price>`
    select (date + 1)::timestamp at time zone 'UTC' as timestamp, close as price_usd from fact_daily_ohlcv
    where coin_id = ${coinId} and date >= (now() at time zone 'UTC')::date - ${days}::int
      and (date + 1)::timestamp at time zone 'UTC' < coalesce(${before}::timestamptz, now())
      and (date + 1)::timestamp at time zone 'UTC' >= now() - make_interval(days => ${days})
    order by date`.execute(db)
  return rows
}

/** The candles of a coin of the last `days` closed UTC days, oldest first. USD. */
export async function listCandles(
  db: Db,
  { coinId, days }: { coinId: number; days: number },
): Promise<CoinOhlcv['candles']> {
  return db
    .selectFrom('fact_daily_ohlcv')
    .select(['date', sql<string>`date::timestamp at time zone 'UTC'`.as('timestamp')])
    .select(['open', 'high', 'low', 'close', 'volume', 'samples'])
    .where('coin_id', '=', coinId)
    .where('date', '>=', sql<string>`(now() at time zone 'UTC')::date - ${days}::int`)
    .orderBy('date')
    .execute()
}

/**
 * The last 7 days of the coins named by numeric or CoinGecko id, in their order, unknown ones left out: the last price
 * in USD of every 6 h up to now, oldest first; 6 h without a fact are left out.
 */
export async function listSparklines(db: Db, ids: string[]): Promise<Sparklines> {
  const { rows } = await sql<Sparklines[number]>`
    select c.id as coin_id, coalesce(array_agg(p.price_usd order by step desc)
      filter (where p.price_usd is not null), '{}') as prices
    from unnest(${ids}::text[]) with ordinality as wanted (id, position)
    join dim_coin c on c.coingecko_id = wanted.id or c.id::text = wanted.id
    cross join generate_series(0, ${sparklineSteps - 1}::int) as step
    left join lateral (
      select price_usd from fact_market_data f where f.coin_id = c.id
        and timestamp <= now() - make_interval(hours => step * ${sparklineHours}::int)
        and timestamp > now() - make_interval(hours => (step + 1) * ${sparklineHours}::int)
      order by timestamp desc limit 1
    ) p on true
    group by c.id order by min(position)`.execute(db)
  return rows
}

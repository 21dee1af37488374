import { sql } from 'kysely'
import { type Check, day, midnight, toStatement } from './check.ts'
import { notOneDollar } from './dollar-pegs.ts'

const minPrice = 0.98
const maxPrice = 1.02
/** A coin outside the range for longer has permanently lost its peg, or never had one. */
const closedDays = 30

/**
 * Excludes `notOneDollar` and coins that were not at the peg within the last 30 days, by their candles and the facts of
 * today and yesterday, which may lack a candle.
 */
export const stablecoinPeg: Check = {
  name: 'stablecoin_peg',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'each_ingest',
  question: 'Which USD stablecoins are outside 0.98 to 1.02 USD now but were inside within the last 30 days?',
  unit: 'coins',
  warning: 0,
  failed: 2,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`newest as (select max(timestamp) as tick from latest_market_data),
        candidate as (
          select c.id, c.coingecko_id, l.timestamp, l.price_usd,
            l.price_usd between ${minPrice}::float8 and ${maxPrice}::float8 as is_held
          from latest_market_data l join dim_coin c on c.id = l.coin_id cross join newest
          where l.timestamp = newest.tick and c.is_tracked and c.kind = 'stablecoin'
            and c.coingecko_id <> all(${notOneDollar.ids}::text[])
            and lower(concat_ws(' ', c.coingecko_id, c.symbol, c.name)) !~ ${notOneDollar.pattern}
        ),
        off_peg as (select id from candidate where not is_held),
        held as (
          select coin_id, max(at) as last_at_peg from (
            select f.coin_id, f.timestamp as at from off_peg join fact_market_data f on f.coin_id = off_peg.id
            where f.timestamp >= ${midnight(scope, 1)} and f.timestamp <= ${scope.now}::timestamptz
              and f.price_usd between ${minPrice}::float8 and ${maxPrice}::float8
            union all
            select k.coin_id, k.close_at from off_peg join fact_daily_ohlcv k on k.coin_id = off_peg.id
            where k.date >= ${day(scope, closedDays)} and k.date < ${day(scope)}
              and k.low <= ${maxPrice}::float8 and k.high >= ${minPrice}::float8
          ) at_peg group by coin_id
        ),
        peg as (
          select p.coingecko_id, p.timestamp, p.price_usd, h.last_at_peg, p.is_held
          from candidate p left join held h on h.coin_id = p.id where p.is_held or h.coin_id is not null
        )`,
      rows: sql`select count(*) from peg`,
      faults: sql`select coingecko_id, timestamp, price_usd, last_at_peg from peg where not is_held
        order by abs(price_usd - 1) desc`,
    }),
}

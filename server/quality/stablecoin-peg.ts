import { sql } from 'kysely'
import { type Check, days, toStatement, within } from './check.ts'
import { notOneDollar } from './dollar-pegs.ts'

const minPrice = 0.98
const maxPrice = 1.02
/** A coin outside the range for longer has permanently lost its peg, or never had one. */
const span = days(30)

/** Excludes `notOneDollar` and coins that were not at the peg within the last 30 days. */
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
        held as (
          select f.coin_id, max(f.timestamp) as last_at_peg
          from fact_market_data f join (select id from candidate where not is_held) off_peg on off_peg.id = f.coin_id
          where ${within(scope, span)} and f.price_usd between ${minPrice}::float8 and ${maxPrice}::float8
          group by f.coin_id
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

import { sql } from 'kysely'
import { type Check, days, toStatement, within } from './check.ts'
import { notOneDollar } from './dollar-pegs.ts'

const lowest = 0.98
const highest = 1.02
/** A coin that was never within the band for so long is pegged no more, or never was: its price is no news. */
const span = days(30)

/**
 * Which dollar stablecoins are off their peg? Those are left out that collect interest in their price or follow another
 * unit (`notOneDollar`), and those that no price of the last 30 days shows at the peg, such as a coin that failed for good.
 */
export const stablecoinPeg: Check = {
  name: 'stablecoin_peg',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'each_ingest',
  question:
    'Which tracked dollar stablecoins cost less than 0.98 or more than 1.02 USD in the latest snapshot, of those within that band at any time in the last 30 days?',
  unit: 'coins',
  warning: 0,
  failed: 2,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      parts: sql`newest as (select max(timestamp) as tick from latest_market_data),
        candidate as (
          select c.id, c.coingecko_id, l.timestamp, l.price_usd,
            l.price_usd between ${lowest}::float8 and ${highest}::float8 as is_held
          from latest_market_data l join dim_coin c on c.id = l.coin_id cross join newest
          where l.timestamp = newest.tick and c.is_tracked and c.kind = 'stablecoin'
            and c.coingecko_id <> all(${notOneDollar.ids}::text[])
            and lower(concat_ws(' ', c.coingecko_id, c.symbol, c.name)) !~ ${notOneDollar.pattern}
        ),
        held as (
          select f.coin_id, max(f.timestamp) as last_at_peg
          from fact_market_data f join (select id from candidate where not is_held) off_peg on off_peg.id = f.coin_id
          where ${within(scope, span)} and f.price_usd between ${lowest}::float8 and ${highest}::float8
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

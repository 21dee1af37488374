import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

const lowest = 0.98
const highest = 1.02
/** Stablecoins that gather interest in their price, or follow another currency. */
const notOneDollar = ['susds', 'ethena-staked-usde', 'euro-coin']

/** Which dollar stablecoins are off their peg? */
export const stablecoinPeg: Check = {
  name: 'stablecoin_peg',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'each_ingest',
  question: 'Which tracked dollar stablecoins cost less than 0.98 or more than 1.02 USD in the latest snapshot?',
  unit: 'coins',
  warning: 0,
  failed: 2,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      parts: sql`newest as (select max(timestamp) as tick from latest_market_data),
        peg as (
          select c.coingecko_id, l.timestamp, l.price_usd
          from latest_market_data l join dim_coin c on c.id = l.coin_id cross join newest
          where l.timestamp = newest.tick and c.is_tracked and c.kind = 'stablecoin'
            and c.coingecko_id <> all(${notOneDollar}::text[])
        )`,
      rows: sql`select count(*) from peg`,
      faults: sql`select * from peg where price_usd not between ${lowest}::float8 and ${highest}::float8
        order by abs(price_usd - 1) desc`,
    }),
}

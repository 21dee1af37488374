import { sql } from 'kysely'
import { startOf } from '../warehouse/day.ts'
import { type Check, day, midnight, toStatement } from './check.ts'

const comparedDays = 7
/** The longest month: blocks of daily candles begin with it. */
const blockDays = 31
const tolerance = 0.01

export const exchangeCloses: Check = {
  name: 'exchange_closes',
  table: 'fact_exchange_ohlcv',
  dimension: 'consistency',
  severity: 'minor',
  schedule: 'hourly',
  question: "What percentage of the exchanges' daily closes of the last 7 days is more than 1% from CoinGecko's?",
  unit: '%',
  warning: 2,
  failed: 10,
  whenEmpty: 'no_data',
  sql: (scope) => {
    const end = startOf(sql`d.date + 1`)
    return toStatement({
      with: sql`exchange as (
          select f.coin_id, m.exchange, m.symbol as market, (f.block_at at time zone 'UTC')::date + (u.slot - 1)::int as date,
            u.close * u.usd_rate as close
          from fact_exchange_ohlcv f join dim_exchange_market m on m.id = f.market_id
            cross join lateral unnest(f.close, f.usd_rate) with ordinality as u (close, usd_rate, slot)
          where f.interval = '1d' and m.status = 'accepted' and u.close is not null and u.usd_rate is not null
            and f.block_at >= ${midnight(scope, comparedDays + blockDays)} and f.block_at < ${midnight(scope)}
        ), pair as (
          select e.coin_id, e.exchange, e.market, e.date, e.close, d.close as coingecko_close
          from exchange e join fact_daily_ohlcv d on d.coin_id = e.coin_id and d.date = e.date
          where d.date >= ${day(scope, comparedDays)} and d.date < ${day(scope)}
            and d.close_at between ${end} - interval '10 minutes' and ${end} + interval '10 minutes'
        )`,
      rows: sql`select count(*) from pair`,
      faults: sql`select c.coingecko_id, p.date, p.exchange, p.market, p.close, p.coingecko_close
        from pair p join dim_coin c on c.id = p.coin_id
        where abs(p.close / p.coingecko_close - 1) > ${tolerance}::float8
        order by abs(p.close / p.coingecko_close - 1) desc, p.date`,
      observed: sql`select 100.0 * (select count(*) from fault) / nullif(count(*), 0) from pair`,
    })
  },
}

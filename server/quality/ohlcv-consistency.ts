import { sql } from 'kysely'
import { candleDays } from './candle-days.ts'
import { type Check, toStatement } from './check.ts'

/** A candle may differ from its facts when it is marked stale or some facts were dropped. */
export const ohlcvConsistency: Check = {
  name: 'ohlcv_consistency',
  table: 'fact_daily_ohlcv',
  dimension: 'consistency',
  severity: 'critical',
  schedule: 'hourly',
  question:
    'Which candles of the last 7 days, of 250 coins per hour in turn, have high < low, an open or close outside the range, or differ from their facts?',
  unit: 'candles',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: candleDays(scope),
      rows: sql`select count(*) from candle`,
      faults: sql`select c.coingecko_id, k.date, k.open, k.high, k.low, k.close, k.close_at, k.samples,
          case when m.coin_id is null then null
            else jsonb_build_array(m.open, m.high, m.low, m.close, m.close_at, m.samples) end as from_facts
        from candle k left join made m on m.coin_id = k.coin_id and m.date = k.date
          left join marked s on s.coin_id = k.coin_id and s.date = k.date
          left join dim_coin c on c.id = k.coin_id
        where k.high < k.low or k.open not between k.low and k.high or k.close not between k.low and k.high
          or s.coin_id is null and k.samples <= m.samples
            and (k.open, k.high, k.low, k.close, k.close_at, k.samples)
              is distinct from (m.open, m.high, m.low, m.close, m.close_at, m.samples)
        order by k.date desc, k.coin_id`,
    }),
}

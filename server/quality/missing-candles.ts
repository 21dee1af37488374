import { sql } from 'kysely'
import { candleDays } from './candle-days.ts'
import { type Check, toStatement } from './check.ts'

export const missingCandles: Check = {
  name: 'facts_against_candles',
  table: 'fact_daily_ohlcv',
  dimension: 'completeness',
  severity: 'major',
  schedule: 'hourly',
  question:
    'Which of 250 coins per hour, in turn, have data but no stored or pending candle on one of the last 7 closed days?',
  unit: 'candles',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: candleDays(scope),
      rows: sql`select count(*) from made`,
      faults: sql`select c.coingecko_id, m.date, m.samples
        from made m left join candle k on k.coin_id = m.coin_id and k.date = m.date
          left join marked s on s.coin_id = m.coin_id and s.date = m.date left join dim_coin c on c.id = m.coin_id
        where k.coin_id is null and s.coin_id is null
        order by m.date desc, m.coin_id`,
    }),
}

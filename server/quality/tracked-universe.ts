import { sql } from 'kysely'
import { ago, type Check, hours, toStatement } from './check.ts'

const span = hours(24)

/** Did the source's listing lose coins? A coin that drops out is normally replaced by another one. */
export const trackedUniverse: Check = {
  name: 'tracked_universe',
  table: 'dim_coin',
  dimension: 'completeness',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'How much did the tracked universe shrink in 24 h while below the configured number of coins?',
  unit: '% of tracked coins',
  warning: 1,
  failed: 10,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`origin as (select greatest(min(first_seen_at), ${ago(scope, span)}) as at from dim_coin),
        turnover as (
          select count(*) filter (where is_tracked)::float8 as tracked,
            (count(*) filter (where not is_tracked and last_seen_at >= origin.at)
              - count(*) filter (where is_tracked and last_seen_at > origin.at))::float8 as lost
          from dim_coin cross join origin
        )`,
      rows: sql`select count(*) from dim_coin`,
      faults: sql`select coingecko_id, last_seen_at as left_at from dim_coin cross join turnover
        where not is_tracked and last_seen_at > ${ago(scope, span)}
          and turnover.lost > 0 and turnover.tracked < ${scope.trackedCoins}::int
        order by last_seen_at desc, id`,
      observed: sql`select case when lost > 0 and tracked < ${scope.trackedCoins}::int
        then 100 * lost / (tracked + lost) else 0 end from turnover`,
    }),
}

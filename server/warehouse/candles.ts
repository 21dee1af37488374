import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import { candleColumns, daySummary, startOf, toCandles } from './day.ts'
import type { Db } from './db.ts'
import { locks } from './locks.ts'
import { toPartition, toPartitionStart } from './partition-names.ts'

/** The lock keys of the UTC months of `days` (days or instants), in the order in which all callers lock them. */
const toLockKeys = (days: string[]): number[] =>
  [...new Set(days.map((day) => day.slice(0, 7)))].sort().map((month) => Number(month.replace('-', '')))

/**
 * Blocks candle updates of the months of `days` until this transaction ends. Writers of facts call it first for every day
 * they can change, and mark those days in stale_candle: a candle made before their commit would miss the fact and delete
 * the mark.
 */
export async function holdCandleMarks(tx: Db, days: string[]): Promise<void> {
  const keys = toLockKeys(days)
  await sql`select pg_advisory_xact_lock_shared(${locks.candles}::int, key) from unnest(${keys}::int[]) as key`.execute(
    tx,
  )
}

/** The months with stale candles of days before `before`, oldest first. */
export async function listStaleMonths(db: Db, { before }: { before: string }): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`select distinct date_trunc('month', date)::date as month
    from stale_candle where date < ${before}::date order by 1`.execute(db)
  return rows.map(({ month }) => month)
}

/** Waits for open transactions that write facts of the months of `days`, and blocks new ones until this one ends. */
export const lockMonths = async (client: pg.PoolClient, days: string[]): Promise<void> => {
  for (const key of toLockKeys(days))
    await client.query('select pg_advisory_xact_lock($1::int, $2::int)', [locks.candles, key])
}

type Month = { month: string; before: string }
type Facts = { from: RawBuilder<string>; to: RawBuilder<string>; facts: RawBuilder<unknown> }

/**
 * Like `lockMonths`, and makes the planner look up single facts by key. Candles can be recomputed, so their commit does not
 * wait for the disk. Returns the days of the month, [from, to), and the facts their candles need: the named partitions of
 * the month and its neighbors, which spares the planner the others.
 */
async function claimMonth(tx: Db, { month, before }: Month): Promise<Facts> {
  await sql`select set_config('synchronous_commit', 'off', true), set_config('work_mem', '32MB', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', '0', true),
    pg_advisory_xact_lock(${locks.candles}::int, key) from unnest(${toLockKeys([month])}::int[]) as key`.execute(tx)
  const names = [-1, 0, 1].map((offset) =>
    toPartition('fact_market_data', toPartitionStart('fact_market_data', new Date(month), offset)),
  )
  const { rows } = await sql<{ name: string }>`select distinct coalesce(to_regclass(name)::text,
    'fact_market_data_default') as name from unnest(${names}::text[]) as name`.execute(tx)
  const tables = rows.map(
    ({ name }) => sql`select coin_id, timestamp, price_usd, volume, granularity from ${sql.table(name)}`,
  )
  const from = sql<string>`${month}::date`
  const to = sql<string>`least((${from} + interval '1 month')::date, ${before}::date)`
  return { from, to, facts: sql`(${sql.join(tables, sql` union all `)})` }
}

/** A stored candle with more observations stays: some of its facts were dropped. */
const upsert = (candles: RawBuilder<unknown>) => sql`insert into fact_daily_ohlcv (${candleColumns}, updated_at)
  select ${candleColumns}, now() from (${candles}) candle
  on conflict (coin_id, date) do update set open = excluded.open, high = excluded.high, low = excluded.low,
    close = excluded.close, volume = excluded.volume, close_at = excluded.close_at, granularity = excluded.granularity,
    samples = excluded.samples, updated_at = excluded.updated_at
  where excluded.samples >= fact_daily_ohlcv.samples`

/**
 * Recomputes the stale candles of a month, up to the day before `before`, as contract/day.ts defines them. Days without
 * facts keep their candle. Returns the number written. Writers of the month wait until the caller's transaction ends.
 */
export async function makeStaleCandles(tx: Db, month: Month): Promise<number> {
  const { from, to, facts } = await claimMonth(tx, month)
  const days = sql`select s.*, a.* from s, lateral (select ${daySummary} from ${facts} f
    where f.coin_id = s.coin_id and f.timestamp >= s.starts_at and f.timestamp < s.ends_at) a`
  const made = await sql`with marked as (
      delete from stale_candle where date >= ${from} and date < ${to} returning coin_id, date
    ), s as (
      select coin_id, date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at from marked
    ) ${upsert(toCandles(days, facts))}`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

/** Recomputes every candle of a month, stale or not; otherwise like `makeStaleCandles`. */
export async function makeAllCandles(tx: Db, month: Month): Promise<number> {
  const { from, to, facts } = await claimMonth(tx, month)
  const [first, end] = [startOf(from), startOf(to)]
  const nothing = sql`null::timestamptz as first, null::timestamptz as last, null::float8 as high, null::float8 as low,
    null::int as samples, null::granularity as granularity`
  const days = sql`
    select coin_id, date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at, max(first) as first,
      max(last) as last, max(high) as high, max(low) as low, max(samples) as samples, max(granularity) as granularity
    from (
      select * from summary
      union all select coin_id, date - 1, ${nothing} from summary
        where date > ${from} and first = ${startOf(sql`date`)}
      union all select f.coin_id, ${to} - 1, ${nothing} from fact_market_data f where f.timestamp = ${end}
    ) day group by coin_id, date`
  const made = await sql`with summary as materialized (
      select f.coin_id, f.date, ${daySummary} from fact_market_data f
      where f.timestamp >= ${first} and f.timestamp < ${end} group by f.coin_id, f.date
    ) ${upsert(toCandles(days, facts))}`.execute(tx)
  await sql`delete from stale_candle where date >= ${from} and date < ${to}`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

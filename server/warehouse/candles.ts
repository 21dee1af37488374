import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import { candleColumns, daySummary, startOf, toCandles } from './day.ts'
import type { Db } from './db.ts'
import { locks } from './locks.ts'
import { toPartition, toPartitionStart } from './partition-names.ts'

/** The UTC month of a day or instant, as its first day: `2026-11-01`. */
const toMonth = (day: string): string => `${day.slice(0, 7)}-01`

const toLockKey = (month: string): number => Number(month.slice(0, 7).replace('-', ''))

/**
 * Keeps the candles of the months of `days` from being made until this transaction ends. Whoever writes facts takes it
 * before, for every day that they can change, and marks them in stale_candle: a candle made between the write and its
 * commit would miss the fact and forget the mark. Months are locked in order, by everybody.
 */
export async function holdCandleMarks(tx: Db, days: string[]): Promise<void> {
  const keys = [...new Set(days.map(toMonth))].sort().map(toLockKey)
  await sql`select pg_advisory_xact_lock_shared(${locks.candles}::int, key) from unnest(${keys}::int[]) as key`.execute(
    tx,
  )
}

/** The months that have stale candles of days before `before`, oldest first. */
export async function listStaleMonths(db: Db, { before }: { before: string }): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`select distinct date_trunc('month', date)::date as month
    from stale_candle where date < ${before}::date order by 1`.execute(db)
  return rows.map(({ month }) => month)
}

type Month = { month: string; before: string }

const boundsOf = ({ month, before }: Month): { from: string; to: string; isWhole: boolean } => {
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)))).toISOString().slice(0, 10)
  return { from: month, to: next < before ? next : before, isWhole: next <= before }
}

/** Waits until no writer of facts of these months' days is between its write and its commit, and keeps others out until the end. */
export const lockMonths = async (client: pg.PoolClient, months: string[]): Promise<void> => {
  for (const key of [...new Set(months.map(toLockKey))].sort((a, b) => a - b))
    await client.query('select pg_advisory_xact_lock($1::int, $2::int)', [locks.candles, key])
}

type Facts = { own: RawBuilder<unknown>; isWholePartition: boolean; withEdges: RawBuilder<unknown> }

/**
 * As `lockMonths`, with the plan that suits candles: single facts are looked up by key. Candles can be made again, so
 * their commit need not wait for the disk. Returns where the facts of the month are (naming the partition saves the
 * planner the others), and the same with the months beside it, whose first and last facts its edges need.
 */
async function claimMonth(tx: Db, { month }: Month): Promise<Facts> {
  const start = new Date(month)
  const names = [0, -1, 1].map((offset) =>
    toPartition('fact_market_data', toPartitionStart('fact_market_data', start, offset)),
  )
  const { rows } = await sql<{ held: (string | null)[] }>`select set_config('synchronous_commit', 'off', true),
    set_config('work_mem', '32MB', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
    set_config('statement_timeout', '0', true), pg_advisory_xact_lock(${locks.candles}::int, ${toLockKey(month)}::int),
    (select array_agg(to_regclass(name)::text order by position)
      from unnest(${names}::text[]) with ordinality as u (name, position)) as held`.execute(tx)
  const tables = (rows[0]?.held ?? []).map((name) => name ?? 'fact_market_data_default')
  const [own = 'fact_market_data_default'] = tables
  const columns = sql`coin_id, timestamp, price_usd, volume, granularity`
  const all = [...new Set(tables)].map((name) => sql`select ${columns} from ${sql.table(name)}`)
  return {
    own: sql.table(own),
    isWholePartition: own !== 'fact_market_data_default',
    withEdges: sql`(${sql.join(all, sql` union all `)})`,
  }
}

/** A candle of more observations than its facts give stays: some of them were dropped. */
const upsert = (candles: RawBuilder<unknown>) => sql`insert into fact_daily_ohlcv (${candleColumns}, updated_at)
  select ${candleColumns}, now() from (${candles}) candle
  on conflict (coin_id, date) do update set open = excluded.open, high = excluded.high, low = excluded.low,
    close = excluded.close, volume = excluded.volume, close_at = excluded.close_at, granularity = excluded.granularity,
    samples = excluded.samples, updated_at = excluded.updated_at
  where excluded.samples >= fact_daily_ohlcv.samples`

/**
 * Makes the stale candles of a month, of days before `before`, from their facts, by the definition in contract/day.ts.
 * A day whose facts are gone keeps what it has. Returns how many were made. In the caller's transaction; writers of the
 * month wait until it ends.
 */
export async function makeStaleCandles(tx: Db, month: Month): Promise<number> {
  const { own, withEdges } = await claimMonth(tx, month)
  const { from, to } = boundsOf(month)
  const stale = sql`date >= ${from}::date and date < ${to}::date`
  const { rows } = await sql<{ isInside: boolean }>`select min(date) > ${from}::date
      and max(date) < (${from}::date + interval '1 month - 1 day')::date as "isInside"
    from stale_candle where ${stale}`.execute(tx)
  const days = sql`select s.*, a.* from s, lateral (select ${daySummary} from ${own} f
    where f.coin_id = s.coin_id and f.timestamp >= s.starts_at and f.timestamp < s.ends_at) a`
  const made = await sql`with marked as (
      delete from stale_candle where ${stale} returning coin_id, date
    ), s as (
      select coin_id, date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at from marked
    ) ${upsert(toCandles(days, rows[0]?.isInside === true ? own : withEdges))}`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

/**
 * Makes every candle of a month again from all its facts, whatever is marked; as `makeStaleCandles` otherwise. Days
 * whose facts are gone keep their candle.
 */
export async function makeAllCandles(tx: Db, month: Month): Promise<number> {
  const { own, isWholePartition, withEdges } = await claimMonth(tx, month)
  const { from, to, isWhole } = boundsOf(month)
  const [first, end] = [startOf(sql`${from}::date`), startOf(sql`${to}::date`)]
  const within = isWhole && isWholePartition ? sql`` : sql`where f.timestamp >= ${first} and f.timestamp < ${end}`
  const nothing = sql`null::timestamptz as first, null::timestamptz as last, null::float8 as high, null::float8 as low,
    null::int as samples, null::granularity as granularity`
  const days = sql`
    select coin_id, date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at, max(first) as first,
      max(last) as last, max(high) as high, max(low) as low, max(samples) as samples, max(granularity) as granularity
    from (
      select * from summary
      union all select coin_id, date - 1, ${nothing} from summary
        where date > ${from}::date and first = ${startOf(sql`date`)}
      union all select f.coin_id, ${to}::date - 1, ${nothing} from ${withEdges} f where f.timestamp = ${end}
    ) day group by coin_id, date`
  const made = await sql`with summary as materialized (
      select f.coin_id, f.date, ${daySummary} from ${own} f ${within} group by f.coin_id, f.date
    ) ${upsert(toCandles(days, withEdges))}`.execute(tx)
  await sql`delete from stale_candle where date >= ${from}::date and date < ${to}::date`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

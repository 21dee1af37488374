import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import { toUtcDay } from '../../contract/time.ts'
import { candleColumns, daySummary, listCandleDays, startOf, toCandles } from './day.ts'
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
type Facts = { from: string; to: string; facts: RawBuilder<unknown> }

/** Make the planner look up single facts by key, on each node. Candles can be recomputed: no need to wait for the disk. */
const candleSettings = {
  'citus.propagate_set_commands': 'local',
  synchronous_commit: 'off',
  work_mem: '32MB',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  max_parallel_workers_per_gather: '0',
  statement_timeout: '0',
}

/**
 * Like `lockMonths`, with `candleSettings`. Returns the days of the month, [from, to), and the facts their candles need:
 * the named partitions of the month and its neighbors, which spares the planner the others.
 */
async function claimMonth(tx: Db, { month, before }: Month): Promise<Facts> {
  for (const [name, value] of Object.entries(candleSettings))
    await sql`set local ${sql.raw(name)} = ${sql.lit(value)}`.execute(tx)
  await sql`select pg_advisory_xact_lock(${locks.candles}::int, key) from unnest(${toLockKeys([month])}::int[]) as key`.execute(
    tx,
  )
  const names = [-1, 0, 1].map((offset) =>
    toPartition('fact_market_data', toPartitionStart('fact_market_data', new Date(month), offset)),
  )
  const { rows } = await sql<{ name: string }>`select distinct coalesce(to_regclass(name)::text,
    'fact_market_data_default') as name from unnest(${names}::text[]) as name`.execute(tx)
  const tables = rows.map(
    ({ name }) => sql`select coin_id, timestamp, price_usd, volume, granularity from ${sql.table(name)}`,
  )
  const end = toUtcDay(toPartitionStart('fact_market_data', new Date(month), 1).getTime())
  return { from: month, to: end < before ? end : before, facts: sql`(${sql.join(tables, sql` union all `)})` }
}

/**
 * Recomputes the stale candles of a month, up to the day before `before`, as contract/day.ts defines them. Days without
 * facts keep their candle. Returns the number written. Writers of the month wait until the caller's transaction ends.
 */
export async function makeStaleCandles(tx: Db, month: Month): Promise<number> {
  const { from, to, facts } = await claimMonth(tx, month)
  const marked = sql`(select coin_id, date, ${startOf(sql`date`)} as starts_at, ${startOf(sql`date + 1`)} as ends_at
    from stale_candle where date >= ${from}::date and date < ${to}::date)`
  const days = sql`select s.*, a.* from ${marked} s, lateral (select ${daySummary} from ${facts} f
    where f.coin_id = s.coin_id and f.timestamp >= s.starts_at and f.timestamp < s.ends_at) a`
  return writeCandles(tx, { from, to, candles: toCandles(days, facts) })
}

/** Recomputes every candle of a month, stale or not; otherwise like `makeStaleCandles`. */
export async function makeAllCandles(tx: Db, month: Month): Promise<number> {
  const { from, to, facts } = await claimMonth(tx, month)
  return writeCandles(tx, { from, to, candles: toCandles(listCandleDays({ from, to }), facts) })
}

/**
 * Writes candles and deletes the marks of their days, which no other transaction changes meanwhile. A stored candle with
 * more observations stays: some of its facts were dropped.
 */
async function writeCandles(
  tx: Db,
  { from, to, candles }: { from: string; to: string; candles: RawBuilder<unknown> },
): Promise<number> {
  const made = await sql`insert into fact_daily_ohlcv (${candleColumns}, updated_at)
    select ${candleColumns}, now() from (${candles}) candle
    on conflict (coin_id, date) do update set open = excluded.open, high = excluded.high, low = excluded.low,
      close = excluded.close, volume = excluded.volume, close_at = excluded.close_at, granularity = excluded.granularity,
      samples = excluded.samples, updated_at = excluded.updated_at
    where excluded.samples >= fact_daily_ohlcv.samples`.execute(tx)
  await sql`delete from stale_candle where date >= ${from}::date and date < ${to}::date`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

import { sql } from 'kysely'
import type pg from 'pg'
import type { Db } from './db.ts'
import { locks } from './locks.ts'
import { toPartition } from './partition-names.ts'

/** The UTC month of a day or instant, as its first day: `2026-11-01`. */
const toMonth = (day: string): string => `${day.slice(0, 7)}-01`

const toLockKey = (month: string): number => Number(month.slice(0, 7).replace('-', ''))

/**
 * Keeps the candles of the months of `days` from being made until this transaction ends. Whoever writes facts takes it
 * before, and marks them in stale_candle: a candle made between the write and its commit would miss the fact and forget
 * the mark.
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

const instant = (day: string) => sql`${`${day}T00:00:00Z`}::timestamptz`

/** Waits until no writer of a month's facts is between its write and its commit, and keeps others out until the end. */
export const lockMonth = async (client: pg.PoolClient, month: string): Promise<void> => {
  await client.query('select pg_advisory_xact_lock($1::int, $2::int)', [locks.candles, toLockKey(month)])
}

/**
 * As `lockMonth`, with the plan that suits candles: first and last facts are looked up by key. Candles can be made
 * again, so their commit need not wait for the disk. Returns the partition that holds all facts of the month: naming
 * it saves the planner the others, and a whole month its filter.
 */
async function claimMonth(tx: Db, { month }: Month): Promise<string> {
  const { rows } = await sql<{ facts: string }>`select set_config('synchronous_commit', 'off', true),
    set_config('work_mem', '32MB', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
    set_config('statement_timeout', '0', true), pg_advisory_xact_lock(${locks.candles}::int, ${toLockKey(month)}::int),
    coalesce(to_regclass(${toPartition('fact_market_data', new Date(month))}), 'fact_market_data_default'::regclass)::text as facts`.execute(
    tx,
  )
  return rows[0]?.facts ?? 'fact_market_data'
}

const columns = sql`coin_id, date, open, high, low, close, volume, samples, updated_at`
const replace = sql`on conflict (coin_id, date) do update set open = excluded.open, high = excluded.high,
  low = excluded.low, close = excluded.close, volume = excluded.volume, samples = excluded.samples,
  updated_at = excluded.updated_at`

/**
 * Makes the stale candles of a month, of days before `before`, from their facts: first, highest, lowest and last price
 * in USD, the last known volume of the 24 h before, and how many facts there were. A day without facts keeps what it
 * has. Returns how many were made. In the caller's transaction; writers of the month wait until it ends.
 */
export async function makeStaleCandles(tx: Db, month: Month): Promise<number> {
  const facts = sql.table(await claimMonth(tx, month))
  const { from, to } = boundsOf(month)
  const day = sql`f.coin_id = s.coin_id and f.timestamp >= s.date::timestamp at time zone 'UTC'
    and f.timestamp < (s.date + 1)::timestamp at time zone 'UTC'`
  const made = await sql`with s as (
      delete from stale_candle where date >= ${from}::date and date < ${to}::date returning coin_id, date
    )
    insert into fact_daily_ohlcv (${columns})
    select s.coin_id, s.date, o.price_usd, d.high, d.low, c.price_usd,
      coalesce(c.volume, (select f.volume from ${facts} f
        where ${day} and f.volume is not null order by f.timestamp desc limit 1)),
      d.samples, now()
    from s,
      lateral (select max(f.price_usd) as high, min(f.price_usd) as low, count(*)::int as samples
        from ${facts} f where ${day}) d,
      lateral (select f.price_usd from ${facts} f where ${day} order by f.timestamp limit 1) o,
      lateral (select f.price_usd, f.volume from ${facts} f where ${day} order by f.timestamp desc limit 1) c
    ${replace}`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

/**
 * Makes every candle of a month anew from all its facts, whatever is marked; as `makeStaleCandles` else. Days whose
 * facts are gone keep their candle.
 */
export async function makeAllCandles(tx: Db, month: Month): Promise<number> {
  const partition = await claimMonth(tx, month)
  const facts = sql.table(partition)
  const { from, to, isWhole } = boundsOf(month)
  const within =
    isWhole && partition !== 'fact_market_data_default'
      ? sql``
      : sql`where f.timestamp >= ${instant(from)} and f.timestamp < ${instant(to)}`
  const made = await sql`insert into fact_daily_ohlcv (${columns})
    select d.coin_id, d.date, o.price_usd, d.high, d.low, c.price_usd,
      coalesce(c.volume, (select f.volume from ${facts} f where f.coin_id = d.coin_id
        and f.timestamp >= d.first and f.timestamp < d.last and f.volume is not null order by f.timestamp desc limit 1)),
      d.samples, now()
    from (select f.coin_id, f.date, min(f.timestamp) as first, max(f.timestamp) as last, max(f.price_usd) as high,
        min(f.price_usd) as low, count(*)::int as samples
      from ${facts} f ${within} group by f.coin_id, f.date) d
    join ${facts} o on o.coin_id = d.coin_id and o.timestamp = d.first
    join ${facts} c on c.coin_id = d.coin_id and c.timestamp = d.last
    ${replace}`.execute(tx)
  await sql`delete from stale_candle where date >= ${from}::date and date < ${to}::date`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}

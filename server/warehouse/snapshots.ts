import { type RawBuilder, sql } from 'kysely'
import { listDaysOf } from '../../contract/day.ts'
import type { RejectedRow, Snapshot, SnapshotBatch } from '../snapshot.ts'
import { writeBisected } from './bisect.ts'
import { holdCandleMarks } from './candles.ts'
import type { Db } from './db.ts'
import { insertRejected } from './quarantine.ts'
import { linkSuccessors } from './successors.ts'

type Row = Snapshot & { coin_id: number }
type Columns = Partial<Record<keyof Row, 'text' | 'float8' | 'int' | 'timestamptz'>>

const key = { coin_id: 'int' } satisfies Columns

const naturalKey = { coingecko_id: 'text' } satisfies Columns

const description = {
  symbol: 'text',
  name: 'text',
  image_url: 'text',
  kind: 'text',
  underlying: 'text',
  market_cap_rank: 'int',
  total_supply: 'float8',
  max_supply: 'float8',
  ath: 'float8',
  ath_date: 'timestamptz',
  atl: 'float8',
  atl_date: 'timestamptz',
} satisfies Columns

/** The columns of fact_market_data. */
const observation = {
  price_usd: 'float8',
  market_cap_rank: 'int',
  market_cap: 'float8',
  volume: 'float8',
  circulating_supply: 'float8',
  source_updated_at: 'timestamptz',
  price_change_1h_pct: 'float8',
  price_change_24h_pct: 'float8',
  price_change_7d_pct: 'float8',
} satisfies Columns

/** The columns of latest_market_data. */
const figures = {
  ...observation,
  fully_diluted_valuation: 'float8',
  high_24h: 'float8',
  low_24h: 'float8',
  market_cap_change_24h_pct: 'float8',
} satisfies Columns

const names = (columns: Columns, prefix = '') =>
  sql.raw(
    Object.keys(columns)
      .map((name) => prefix + name)
      .join(', '),
  )

const excluded = (columns: Columns) =>
  sql.raw(
    Object.keys(columns)
      .map((name) => `${name} = excluded.${name}`)
      .join(', '),
  )

/** An array parameter. Numbers and instants become a literal: pg takes three times as long, because it escapes each. */
const toArray = (values: unknown[], type: string): unknown =>
  type === 'text' ? values : `{${values.map((value) => value ?? 'null').join(',')}}`

/** The array parameters of rows by column: most columns are in several statements. */
const arrays = new WeakMap<Snapshot[], Map<string, unknown>>()

/** The snapshots as a table `s`, with one array parameter per column. */
const rowsOf = <R extends Snapshot>(snapshots: R[], columns: Columns): RawBuilder<unknown> => {
  const held = arrays.get(snapshots) ?? new Map<string, unknown>()
  arrays.set(snapshots, held)
  const parameters = Object.entries(columns).map(([name, type]) => {
    const array =
      held.get(name) ??
      toArray(
        snapshots.map((row) => row[name as keyof R]),
        type,
      )
    held.set(name, array)
    return sql`${array}::${sql.raw(type)}[]`
  })
  return sql`unnest(${sql.join(parameters)}) as s (${names(columns)})`
}

/**
 * Writes a snapshot of the market in the caller's transaction: coins, facts, latest rows, quarantine and view. Rows that
 * the database rejects are quarantined. `asked`: the number of coins requested from the source. Publishing a tick twice
 * leaves the same rows; the newer source timestamp wins. Returns the rows written and rejected, and the coins added to and
 * retired from the tracked coins.
 */
export async function publishSnapshot(
  tx: Db,
  { tick, runId, batch, asked }: { tick: Date; runId: number; batch: SnapshotBatch; asked: number },
): Promise<{ written: number; rejected: number; added: number; retired: number }> {
  const days = listDaysOf(tick.getTime(), '10min')
  await holdCandleMarks(tx, days)
  let added = 0
  const listed: number[] = []
  const offenders = await writeBisected(tx, batch.snapshots, async (snapshots) => {
    const part = await writeSnapshots(tx, { tick, days, snapshots })
    added += part.added
    listed.push(...part.listed)
  })
  const quarantined = offenders.map(
    ({ row, code }): RejectedRow => ({ coingecko_id: row.coingecko_id, rule: `database_${code}`, payload: row }),
  )
  const rejected = [...batch.rejected, ...quarantined]
  listed.push(
    ...(
      await findIds(
        tx,
        rejected.map((row) => row.coingecko_id),
      )
    ).values(),
  )
  const retired = await retireCoins(tx, { tick, listed, asked, gaps: batch.gaps ?? 0 })
  if (retired > 0) await linkSuccessors(tx, tick)
  await unrankMissing(tx, tick)
  await insertRejected(tx, { tick, runId, source: batch.source, rejected })
  await refreshView(tx)
  return { written: batch.snapshots.length - quarantined.length, rejected: rejected.length, added, retired }
}

/** Writes coins, facts and latest rows. Returns the number of new coins and the ids of all. */
async function writeSnapshots(
  tx: Db,
  { tick, days, snapshots }: { tick: Date; days: string[]; snapshots: Snapshot[] },
): Promise<{ added: number; listed: number[] }> {
  const { added, rows } = await identifyCoins(tx, tick, snapshots)
  await updateCoins(tx, tick, rows)
  await upsertFacts(tx, tick, rows)
  await markStale(tx, days, rows)
  await upsertLatest(tx, tick, rows)
  return { added, listed: rows.map((row) => row.coin_id) }
}

/** A smaller statistics sample for the refresh's temporary tables saves a fifth of its time. */
async function refreshView(tx: Db): Promise<void> {
  await sql`set local default_statistics_target = 1`.execute(tx)
  await sql`refresh materialized view concurrently mv_latest_market_data`.execute(tx)
}

const findIds = async (tx: Db, coingeckoIds: (string | null)[]): Promise<Map<string, number>> => {
  const { rows } = await sql<{ id: number; coingecko_id: string }>`
    select id, coingecko_id from dim_coin where coingecko_id = any(${coingeckoIds}::text[])`.execute(tx)
  return new Map(rows.map(({ id, coingecko_id }) => [coingecko_id, id]))
}

/** Adds the ids of the coins, and inserts the new ones. */
async function identifyCoins(tx: Db, tick: Date, snapshots: Snapshot[]): Promise<{ added: number; rows: Row[] }> {
  const ids = await findIds(
    tx,
    snapshots.map((row) => row.coingecko_id),
  )
  const fresh = snapshots.filter(({ coingecko_id }) => !ids.has(coingecko_id))
  if (fresh.length > 0) {
    await insertCoins(tx, tick, fresh)
    const names = fresh.map((row) => row.coingecko_id)
    for (const [name, id] of await findIds(tx, names)) ids.set(name, id)
  }
  return { added: fresh.length, rows: snapshots.map((row) => ({ ...row, coin_id: ids.get(row.coingecko_id) ?? 0 })) }
}

/** Inserts new coins only, because a conflict would use up an id. */
async function insertCoins(tx: Db, tick: Date, fresh: Snapshot[]): Promise<void> {
  const columns = { ...naturalKey, ...description }
  await sql`insert into dim_coin (${names(columns)}, first_seen_at, last_seen_at)
    select ${names(columns, 's.')}, ${tick}::timestamptz, ${tick}::timestamptz from ${rowsOf(fresh, columns)}
    order by s.market_cap_rank nulls last
    on conflict (coingecko_id) do nothing`.execute(tx)
}

/** Updates only coins with changes. */
async function updateCoins(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  const assignments = sql.raw(
    Object.keys(description)
      .map((name) => `${name} = s.${name}`)
      .join(', '),
  )
  await sql`update dim_coin c set ${assignments}, is_tracked = true, successor_id = null, updated_at = now(),
      last_seen_at = case when c.is_tracked then c.last_seen_at else ${tick}::timestamptz end
    from ${rowsOf(rows, { ...key, ...description })}
    where c.id = s.coin_id
      and (c.is_tracked, ${names(description, 'c.')}) is distinct from (true, ${names(description, 's.')})`.execute(tx)
}

/**
 * Untracks coins that the source no longer lists. An answer with less than half of the requested coins retires none; one
 * with gaps retires only coins without a row for an hour.
 */
async function retireCoins(
  tx: Db,
  { tick, listed, asked, gaps }: { tick: Date; listed: number[]; asked: number; gaps: number },
): Promise<number> {
  if (listed.length * 2 < asked) return 0
  const { rows } = await sql<{
    id: number
  }>`select c.id from dim_coin c left join latest_market_data l on l.coin_id = c.id
    where c.is_tracked and not (c.id = any(${listed}::int[]))
      and (${gaps}::int = 0 or l.timestamp is null or l.timestamp < ${tick}::timestamptz - interval '1 hour')`.execute(
    tx,
  )
  if (rows.length === 0) return 0
  await sql`update dim_coin set is_tracked = false, market_cap_rank = null, updated_at = now(), last_seen_at = ${tick}
    where id = any(${rows.map(({ id }) => id)}::int[])`.execute(tx)
  return rows.length
}

/** Removes the rank of tracked coins without a row for 24 h. */
async function unrankMissing(tx: Db, tick: Date): Promise<void> {
  const { rows } = await sql<{ id: number }>`select c.id from dim_coin c join latest_market_data l on l.coin_id = c.id
    where c.is_tracked and c.market_cap_rank is not null
      and l.timestamp < ${tick}::timestamptz - interval '24 hours'`.execute(tx)
  if (rows.length === 0) return
  await sql`update dim_coin set market_cap_rank = null, updated_at = now()
    where id = any(${rows.map(({ id }) => id)}::int[])`.execute(tx)
}

async function upsertFacts(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  await sql`insert into fact_market_data (coin_id, timestamp, granularity, ${names(observation)})
    select s.coin_id, ${tick}::timestamptz, '10min'::granularity, ${names(observation, 's.')}
    from ${rowsOf(rows, { ...key, ...observation })}
    on conflict (coin_id, timestamp) do update set granularity = '10min', ${excluded(observation)}
    where fact_market_data.granularity <> '10min'
      or coalesce(excluded.source_updated_at >= fact_market_data.source_updated_at, true)`.execute(tx)
}

/** Marks the candles of the tick's days stale. */
async function markStale(tx: Db, days: string[], rows: Row[]): Promise<void> {
  await sql`insert into stale_candle (coin_id, date)
    select s.coin_id, day.date from ${rowsOf(rows, key)}, unnest(${days}::date[]) as day (date)
    on conflict do nothing`.execute(tx)
}

/** Updates the latest row of each coin. An older tick or source timestamp changes nothing. */
export async function upsertLatest(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  await sql`insert into latest_market_data (coin_id, timestamp, ${names(figures)})
    select s.coin_id, ${tick}::timestamptz, ${names(figures, 's.')} from ${rowsOf(rows, { ...key, ...figures })}
    on conflict (coin_id) do update set timestamp = excluded.timestamp, ${excluded(figures)}
    where excluded.timestamp > latest_market_data.timestamp
      or excluded.timestamp = latest_market_data.timestamp
        and coalesce(excluded.source_updated_at >= latest_market_data.source_updated_at, true)`.execute(tx)
}

/** The tick of the newest snapshot; undefined before the first. */
export async function findNewestTick(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ tick: string | null }>`select max(timestamp) as tick from latest_market_data`.execute(db)
  return rows[0]?.tick ?? undefined
}

/**
 * The number of coins with a price of the hour before `tick`, and how many of them moved by more than a factor of ten.
 */
export async function countTenfoldMoves(
  db: Db,
  { tick, snapshots }: { tick: Date; snapshots: Snapshot[] },
): Promise<{ compared: number; tenfold: number }> {
  const { rows } = await sql<{ compared: number; tenfold: number }>`
    select count(*)::int as compared,
      count(*) filter (where s.price_usd > 10 * l.price_usd or s.price_usd < l.price_usd / 10)::int as tenfold
    from ${rowsOf(snapshots, { ...naturalKey, price_usd: 'float8' })} join dim_coin c on c.coingecko_id = s.coingecko_id
      join latest_market_data l on l.coin_id = c.id
    where l.timestamp >= ${tick}::timestamptz - interval '1 hour'`.execute(db)
  return rows[0] ?? { compared: 0, tenfold: 0 }
}

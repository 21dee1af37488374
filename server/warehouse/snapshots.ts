import { type RawBuilder, sql } from 'kysely'
import { listDaysOf } from '../../contract/day.ts'
import type { Snapshot, SnapshotBatch } from '../snapshot.ts'
import { holdCandleMarks } from './candles.ts'
import type { Db } from './db.ts'

type Row = Snapshot & { coin_id: number }
type Columns = Partial<Record<keyof Row, 'text' | 'float8' | 'int' | 'timestamptz'>>

const key = { coin_id: 'int' } satisfies Columns

const naturalKey = { coingecko_id: 'text' } satisfies Columns

const description = {
  symbol: 'text',
  name: 'text',
  image_url: 'text',
  kind: 'text',
  market_cap_rank: 'int',
  total_supply: 'float8',
  max_supply: 'float8',
  ath: 'float8',
  ath_date: 'timestamptz',
  atl: 'float8',
  atl_date: 'timestamptz',
} satisfies Columns

/** What history keeps of a snapshot. */
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

/** What is asked of the latest snapshot only, besides. */
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

/** An array parameter. Numbers are written out here: pg takes three times as long, since it looks for quotes in each. */
const toArray = (values: unknown[], type: string): unknown =>
  type === 'int' || type === 'float8' ? `{${values.map((value) => value ?? 'null').join(',')}}` : values

/** The snapshots as a table `s`: one array parameter per column. */
const rowsOf = <R extends Snapshot>(snapshots: R[], columns: Columns): RawBuilder<unknown> => {
  const arrays = Object.entries(columns).map(
    ([name, type]) =>
      sql`${toArray(
        snapshots.map((row) => row[name as keyof R]),
        type,
      )}::${sql.raw(type)}[]`,
  )
  return sql`unnest(${sql.join(arrays)}) as s (${names(columns)})`
}

/**
 * Writes one snapshot of the market in the caller's transaction: coins, facts, latest rows, quarantine, view.
 * Publishing a tick again leaves the same rows; of two readings of a tick the one with the newer source stamp stays.
 * Returns how many coins the snapshot holds, how many are new, and how many left the tracked universe.
 */
export async function publishSnapshot(
  tx: Db,
  { tick, runId, batch }: { tick: Date; runId: number; batch: SnapshotBatch },
): Promise<{ written: number; added: number; retired: number }> {
  const days = listDaysOf(tick.getTime(), '10min')
  await holdCandleMarks(tx, days)
  const { added, rows, refused } = await identifyCoins(tx, tick, batch)
  await updateCoins(tx, tick, rows)
  const retired = await retireCoins(tx, tick, [...rows.map((row) => row.coin_id), ...refused])
  await upsertFacts(tx, tick, rows)
  await markStale(tx, days, rows)
  await upsertLatest(tx, tick, rows)
  await insertRejected(tx, { tick, runId, batch })
  await refreshView(tx)
  return { written: rows.length, added, retired }
}

/** A refresh gathers statistics of tables that it makes for itself: from a small sample it takes a fifth less time. */
async function refreshView(tx: Db): Promise<void> {
  await sql`set local default_statistics_target = 1`.execute(tx)
  await sql`refresh materialized view concurrently mv_latest_market_data`.execute(tx)
}

const findIds = async (tx: Db, coingeckoIds: (string | null)[]): Promise<Map<string, number>> => {
  const { rows } = await sql<{ id: number; coingecko_id: string }>`
    select id, coingecko_id from dim_coin where coingecko_id = any(${coingeckoIds}::text[])`.execute(tx)
  return new Map(rows.map(({ id, coingecko_id }) => [coingecko_id, id]))
}

/** The snapshots with the numbers of their coins, and the numbers of known coins whose rows were refused. */
async function identifyCoins(
  tx: Db,
  tick: Date,
  { snapshots, rejected }: SnapshotBatch,
): Promise<{ added: number; rows: Row[]; refused: number[] }> {
  const ids = await findIds(
    tx,
    [...snapshots, ...rejected].map((row) => row.coingecko_id),
  )
  const fresh = snapshots.filter(({ coingecko_id }) => !ids.has(coingecko_id))
  if (fresh.length > 0) {
    await insertCoins(tx, tick, fresh)
    const names = fresh.map((row) => row.coingecko_id)
    for (const [name, id] of await findIds(tx, names)) ids.set(name, id)
  }
  const idOf = ({ coingecko_id }: { coingecko_id: string | null }) => ids.get(coingecko_id ?? '') ?? 0
  const rows = snapshots.map((row) => ({ ...row, coin_id: idOf(row) }))
  return { added: fresh.length, rows, refused: rejected.map(idOf).filter((id) => id > 0) }
}

/** Only coins that are not there yet: a conflict would burn an id. */
async function insertCoins(tx: Db, tick: Date, fresh: Snapshot[]): Promise<void> {
  const columns = { ...naturalKey, ...description }
  await sql`insert into dim_coin (${names(columns)}, first_seen_at, last_seen_at)
    select ${names(columns, 's.')}, ${tick}::timestamptz, ${tick}::timestamptz from ${rowsOf(fresh, columns)}
    order by s.market_cap_rank nulls last
    on conflict (coingecko_id) do nothing`.execute(tx)
}

/** Touches only the coins of which something changed, so that a quiet tick writes no dimension. */
async function updateCoins(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  const assignments = sql.raw(
    Object.keys(description)
      .map((name) => `${name} = s.${name}`)
      .join(', '),
  )
  await sql`update dim_coin c set ${assignments}, is_tracked = true, updated_at = now(),
      last_seen_at = case when c.is_tracked then c.last_seen_at else ${tick}::timestamptz end
    from ${rowsOf(rows, { ...key, ...description })}
    where c.id = s.coin_id
      and (c.is_tracked, ${names(description, 'c.')}) is distinct from (true, ${names(description, 's.')})`.execute(tx)
}

/**
 * Coins that the upstream no longer lists leave the universe. An answer with less than half of the tracked coins
 * is taken for a broken one and retires nobody.
 */
async function retireCoins(tx: Db, tick: Date, listed: number[]): Promise<number> {
  const result = await sql`update dim_coin set is_tracked = false, market_cap_rank = null, updated_at = now(),
      last_seen_at = ${tick}
    where is_tracked and not (id = any(${listed}::int[]))
      and (select count(*) from dim_coin where is_tracked) <= 2 * ${listed.length}::int`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}

async function upsertFacts(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  await sql`insert into fact_market_data (coin_id, timestamp, granularity, ${names(observation)})
    select s.coin_id, ${tick}::timestamptz, '10min'::granularity, ${names(observation, 's.')}
    from ${rowsOf(rows, { ...key, ...observation })}
    on conflict (coin_id, timestamp) do update set granularity = '10min', ${excluded(observation)}
    where fact_market_data.granularity <> '10min'
      or coalesce(excluded.source_updated_at >= fact_market_data.source_updated_at, true)`.execute(tx)
}

/** Marks the candles of the tick's days for every coin that has no mark. */
async function markStale(tx: Db, days: string[], rows: Row[]): Promise<void> {
  await sql`insert into stale_candle (coin_id, date)
    select s.coin_id, day.date from ${rowsOf(rows, key)}, unnest(${days}::date[]) as day (date)
    where not exists (select from stale_candle m where m.coin_id = s.coin_id and m.date = day.date)
    on conflict do nothing`.execute(tx)
}

/** Brings the latest row of each coin up to a snapshot; an older tick, or an older reading of a tick, changes nothing. */
export async function upsertLatest(tx: Db, tick: Date, rows: Row[]): Promise<void> {
  await sql`insert into latest_market_data (coin_id, timestamp, ${names(figures)})
    select s.coin_id, ${tick}::timestamptz, ${names(figures, 's.')} from ${rowsOf(rows, { ...key, ...figures })}
    on conflict (coin_id) do update set timestamp = excluded.timestamp, ${excluded(figures)}
    where excluded.timestamp > latest_market_data.timestamp
      or excluded.timestamp = latest_market_data.timestamp
        and coalesce(excluded.source_updated_at >= latest_market_data.source_updated_at, true)`.execute(tx)
}

/** Keeps what the warehouse refused, with the rule that it broke, for 7 days. */
export async function insertRejected(
  tx: Db,
  { tick, runId, batch }: { tick: Date; runId: number; batch: Pick<SnapshotBatch, 'source' | 'rejected'> },
): Promise<void> {
  await sql`delete from quarantine_market_data where tick < ${tick}::timestamptz - interval '7 days'`.execute(tx)
  if (batch.rejected.length === 0) return
  await sql`insert into quarantine_market_data (run_id, tick, source, coingecko_id, rule, payload)
    select ${runId}, ${tick}::timestamptz, ${batch.source}, s.coingecko_id, s.rule, s.payload
    from unnest(${batch.rejected.map((row) => row.coingecko_id)}::text[], ${batch.rejected.map((row) => row.rule)}::text[],
      ${batch.rejected.map((row) => JSON.stringify(row.payload ?? null))}::jsonb[]) as s (coingecko_id, rule, payload)`.execute(
    tx,
  )
}

/** The tick of the newest snapshot; undefined before the first. */
export async function findNewestTick(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ tick: string | null }>`select max(timestamp) as tick from latest_market_data`.execute(db)
  return rows[0]?.tick ?? undefined
}

/**
 * Of the coins of a batch that have a price of the hour before `tick`: how many there are, and how many of them now
 * cost over ten times as much, or under a tenth.
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

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Granularity, listDaysOf } from '../../contract/day.ts'
import { type HistoryGrid, type HistoryPoint, historyGrids } from '../history.ts'
import type { RejectedRow } from '../snapshot.ts'
import { writeBisected } from './bisect.ts'
import { holdCandleMarks } from './candles.ts'
import type { Db } from './db.ts'

const linesPerChunk = 1000

/** A tracked coin and the range of its history covered at each granularity (ms since 1970). */
export type CoinHistory = {
  coin_id: number
  coingecko_id: string
  covered: Partial<Record<HistoryGrid, { from: number; to: number }>>
}

/** The tracked coins with the coverage of their history, best rank first. `limit`: how many of them; 0: all. */
export async function listCoinHistories(db: Db, { limit }: { limit: number }): Promise<CoinHistory[]> {
  const rows = await db
    .selectFrom('dim_coin as c')
    .leftJoin('history_coverage as h', 'h.coin_id', 'c.id')
    .select(['c.id as coin_id', 'c.coingecko_id', 'h.granularity', 'h.covered_from', 'h.covered_to'])
    .where('c.is_tracked', '=', true)
    .orderBy('c.market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('c.id')
    .execute()
  const coins = new Map<number, CoinHistory>()
  for (const { coin_id, coingecko_id, granularity, covered_from, covered_to } of rows) {
    const coin = coins.get(coin_id) ?? { coin_id, coingecko_id, covered: {} }
    coins.set(coin_id, coin)
    if (granularity !== null && granularity !== '10min' && covered_from !== null && covered_to !== null)
      coin.covered[granularity] = { from: Date.parse(covered_from), to: Date.parse(covered_to) }
  }
  return limit === 0 ? [...coins.values()] : [...coins.values()].slice(0, limit)
}

/**
 * The intervals of a grid with a fact, as their starts in ms since 1970, by coin. `since`: from when on, by coin; `to`: the
 * end, exclusive (ms since 1970).
 */
export async function listFilledIntervals(
  db: Db,
  { since, granularity, to }: { since: ReadonlyMap<number, number>; granularity: HistoryGrid; to: number },
): Promise<Map<number, Set<number>>> {
  const { spacingMs } = historyGrids[granularity]
  const { rows } = await sql<{ coin_id: number; starts: number[] }>`
    select f.coin_id, array_agg(distinct floor(extract(epoch from f.timestamp) * 1000 / ${spacingMs}::int)::int) as starts
    from unnest(${[...since.keys()]}::int[], ${[...since.values()].map((ms) => new Date(ms))}::timestamptz[]) as s (coin_id, since)
      join fact_market_data f on f.coin_id = s.coin_id and f.timestamp >= s.since
    where f.timestamp >= ${new Date(Math.min(...since.values()))}::timestamptz and f.timestamp < ${new Date(to)}::timestamptz
    group by f.coin_id`.execute(db)
  return new Map(rows.map(({ coin_id, starts }) => [coin_id, new Set(starts.map((start) => start * spacingMs))]))
}

/** Stores that the history of the coins in [from, to) (ms since 1970) is complete, merged with the covered range. */
export async function extendCoverage(
  db: Db,
  { coinIds, granularity, from, to }: { coinIds: number[]; granularity: HistoryGrid; from: number; to: number },
): Promise<void> {
  await sql`insert into history_coverage (coin_id, granularity, covered_from, covered_to, updated_at)
    select id, ${granularity}::granularity, ${new Date(from)}::timestamptz, ${new Date(to)}::timestamptz, now()
    from unnest(${coinIds}::int[]) as id
    on conflict (coin_id, granularity) do update set
      covered_from = case when excluded.covered_from <= history_coverage.covered_to
        then least(history_coverage.covered_from, excluded.covered_from) else excluded.covered_from end,
      covered_to = greatest(history_coverage.covered_to, excluded.covered_to),
      updated_at = excluded.updated_at`.execute(db)
}

type CoinPoints = { coinId: number; granularity: Granularity; points: HistoryPoint[] }

/**
 * Writes the history of one coin in the caller's transaction, by COPY, and marks the candles of its days stale. A point
 * replaces a coarser fact only, and never a 10-minute fact, which has more columns. Throws SQLSTATE 23505 when a snapshot
 * of the same instant is published at the same time: the caller retries. Returns the number of points written and already
 * present (`held`), and the points that the database rejected, for quarantine.
 */
export async function writeHistory(
  { tx, client }: { tx: Db; client: pg.PoolClient },
  { coinId, granularity, points }: CoinPoints,
): Promise<{ written: number; held: number; rejected: Pick<RejectedRow, 'rule' | 'payload'>[] }> {
  const counts = { written: 0, held: 0 }
  const offenders = await writeBisected(tx, points, async (part) => {
    const { written, held } = await writePoints({ tx, client }, { coinId, granularity, points: part })
    counts.written += written
    counts.held += held
  })
  const rejected = offenders.map(({ row, code }) => ({
    rule: `database_${code}`,
    payload: { granularity, point: row },
  }))
  return { ...counts, rejected }
}

async function writePoints(
  { tx, client }: { tx: Db; client: pg.PoolClient },
  { coinId, granularity, points }: CoinPoints,
): Promise<{ written: number; held: number }> {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return { written: 0, held: 0 }
  const days = listDays(points, granularity)
  await holdCandleMarks(tx, days)
  const { rows: present } = await sql<{ at: number; coarser: boolean }>`
    select (extract(epoch from timestamp) * 1000)::float8 as at, granularity < least(${granularity}::granularity, '10min') as coarser
    from fact_market_data where coin_id = ${coinId}
      and timestamp >= ${new Date(first.at)}::timestamptz and timestamp <= ${new Date(last.at)}::timestamptz`.execute(
    tx,
  )
  const held = new Map(present.map(({ at, coarser }) => [at, coarser]))
  const wanted = points.filter(({ at }) => held.get(at) !== false)
  const replaced = wanted.filter(({ at }) => held.has(at)).map(({ at }) => new Date(at))
  if (replaced.length > 0)
    await sql`delete from fact_market_data where coin_id = ${coinId} and timestamp = any(${replaced}::timestamptz[])
      and timestamp >= ${new Date(first.at)}::timestamptz and timestamp <= ${new Date(last.at)}::timestamptz`.execute(
      tx,
    )
  if (wanted.length > 0) {
    await (wanted.length === 1
      ? insertPoints(tx, { coinId, granularity, points: wanted })
      : copyPoints(client, { coinId, granularity, points: wanted }))
    await sql`insert into stale_candle (coin_id, date) select ${coinId}::int, day from unnest(${listDays(wanted, granularity)}::date[]) as day
      on conflict do nothing`.execute(tx)
  }
  return { written: wanted.length, held: points.length - wanted.length }
}

const listDays = (points: HistoryPoint[], granularity: Granularity): string[] => [
  ...new Set(points.flatMap(({ at }) => listDaysOf(at, granularity))),
]

/** For single rows: on Citus the error of an INSERT has its code, that of a COPY does not. */
async function insertPoints(tx: Db, { coinId, granularity, points }: CoinPoints): Promise<void> {
  for (const { at, price_usd, market_cap, volume } of points)
    await sql`insert into fact_market_data (timestamp, price_usd, coin_id, granularity, market_cap, volume)
      values (${new Date(at)}, ${price_usd}, ${coinId}, ${granularity}, ${market_cap}, ${volume})`.execute(tx)
}

async function copyPoints(client: pg.PoolClient, { coinId, granularity, points }: CoinPoints): Promise<void> {
  function* chunks() {
    for (let start = 0; start < points.length; start += linesPerChunk) {
      let chunk = ''
      for (const { at, price_usd, market_cap, volume } of points.slice(start, start + linesPerChunk))
        chunk += `${new Date(at).toISOString()}\t${price_usd}\t${coinId}\t${granularity}\t${market_cap ?? '\\N'}\t${volume ?? '\\N'}\n`
      yield chunk
    }
  }
  const target = client.query(
    copyFrom('copy fact_market_data (timestamp, price_usd, coin_id, granularity, market_cap, volume) from stdin'),
  )
  await pipeline(Readable.from(chunks()), target)
}

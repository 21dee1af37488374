import type pg from 'pg'
import { lockMonth, toPartition } from './candles.ts'

const lock = 7_162_535

const columns = `timestamp, price_usd, coin_id, granularity, market_cap_rank, market_cap, volume, circulating_supply,
  source_updated_at, price_change_1h_pct, price_change_24h_pct, price_change_7d_pct`

const toMonth = (instant: Date, offset = 0): Date =>
  new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + offset))

const toName = (month: Date): string => toPartition(month.toISOString())

const toBound = (month: Date): string => `'${month.toISOString().slice(0, 10)} 00:00:00+00'`

async function withLock<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    return await work(client)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lock]).catch(() => undefined)
    client.release()
  }
}

async function listPartitions(client: pg.Pool | pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'fact_market_data'::regclass order by 1`,
  )
  return rows.map(({ name }) => name)
}

const monthOf = (name: string): string | undefined => {
  const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? []
  return year === undefined ? undefined : `${year}-${month}-01`
}

/** The months that have a partition of fact_market_data, as their first days, oldest first. */
export const listFactMonths = async (pool: pg.Pool): Promise<string[]> =>
  (await listPartitions(pool)).map(monthOf).filter((month) => month !== undefined)

/**
 * Makes the monthly partitions of fact_market_data that hold `from` to `to`; returns those it made. Each is one
 * statement of its own, outside any transaction, unless facts of the month strayed into the default partition: then
 * they are moved along.
 */
export async function ensurePartitions(pool: pg.Pool, { from, to }: { from: Date; to: Date }): Promise<string[]> {
  const missing = async (client: pg.Pool | pg.PoolClient) => {
    const present = new Set(await listPartitions(client))
    const months: Date[] = []
    for (let month = toMonth(from); month <= to; month = toMonth(month, 1))
      if (!present.has(toName(month))) months.push(month)
    return months
  }
  if ((await missing(pool)).length === 0) return []
  return withLock(pool, async (client) => {
    const months = await missing(client)
    for (const month of months) await createPartition(client, month)
    return months.map(toName)
  })
}

async function createPartition(client: pg.PoolClient, month: Date): Promise<void> {
  const bounds = `from (${toBound(month)}) to (${toBound(toMonth(month, 1))})`
  const create = `create table if not exists ${toName(month)} partition of fact_market_data for values ${bounds}`
  try {
    await client.query(create)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '23514')) throw error
    await createFromDefault(client, { month, create })
  }
}

/**
 * Rows in the default partition keep a partition of their month from being made: they are moved while it is detached,
 * and while no candle of the month is made.
 */
async function createFromDefault(
  client: pg.PoolClient,
  { month, create }: { month: Date; create: string },
): Promise<void> {
  const range = `timestamp >= ${toBound(month)} and timestamp < ${toBound(toMonth(month, 1))}`
  try {
    await client.query('begin')
    await client.query(`set local lock_timeout = '10s'; set local statement_timeout = 0`)
    await lockMonth(client, month.toISOString())
    await client.query('alter table fact_market_data detach partition fact_market_data_default')
    await client.query(create)
    await client.query(
      `insert into fact_market_data (${columns}) select ${columns} from fact_market_data_default where ${range}`,
    )
    await client.query(`delete from fact_market_data_default where ${range}`)
    await client.query('alter table fact_market_data attach partition fact_market_data_default default')
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Says of a month (its first day) whether its facts may go; asked in the transaction that drops them. */
export type MayDrop = (client: pg.PoolClient, month: string) => Promise<boolean>

/** Drops the monthly partitions of fact_market_data that end at or before `instant` and may go; returns their names. */
export const dropPartitionsBefore = (pool: pg.Pool, instant: Date, mayDrop: MayDrop): Promise<string[]> =>
  withLock(pool, async (client) => {
    const first = toName(toMonth(instant))
    const dropped: string[] = []
    for (const name of await listPartitions(client)) {
      const month = monthOf(name)
      if (month === undefined || name >= first) continue
      try {
        await client.query('begin')
        await client.query(`set local lock_timeout = '10s'; set local statement_timeout = 0`)
        const may = await mayDrop(client, month)
        if (may) await client.query(`drop table ${name}`)
        await client.query('commit')
        if (may) dropped.push(name)
      } catch (error) {
        await client.query('rollback')
        throw error
      }
    }
    return dropped
  })

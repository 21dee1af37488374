import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { lockMonths } from './candles.ts'
import { getSqlState } from './failures.ts'
import { locks } from './locks.ts'
import { type PartitionedTable, parsePartition, toPartition, toPartitionStart } from './partition-names.ts'

const columns = `timestamp, price_usd, coin_id, granularity, market_cap_rank, market_cap, volume, circulating_supply,
  source_updated_at, price_change_1h_pct, price_change_24h_pct, price_change_7d_pct`

const maxTries = 100
const retryMs = 100

const toBound = (start: Date): string => `'${start.toISOString().slice(0, 10)} 00:00:00+00'`

async function withLock<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = true
  try {
    await client.query('select pg_advisory_lock($1)', [locks.partitions])
    const result = await work(client)
    await client.query('select pg_advisory_unlock($1)', [locks.partitions])
    broken = false
    return result
  } finally {
    client.release(broken)
  }
}

async function listPartitions(client: pg.ClientBase | pg.Pool, table: PartitionedTable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass order by 1`,
    [table],
  )
  return rows.map(({ name }) => name)
}

/** The first days of the partitions of a table, oldest first, without the default partition. */
export const listPartitionStarts = async (
  client: pg.ClientBase | pg.Pool,
  table: PartitionedTable,
): Promise<string[]> =>
  (await listPartitions(client, table))
    .map((name) => parsePartition(table, name))
    .filter((start) => start !== undefined)

/** The first days of the months with a partition of fact_market_data, oldest first. */
export const listFactMonths = (pool: pg.Pool): Promise<string[]> => listPartitionStarts(pool, 'fact_market_data')

/**
 * Creates the missing partitions for `from` to `to`; returns their names. Each is created in a transaction
 * of its own. Facts of its month in the default partition are moved in the same transaction.
 */
export async function ensurePartitions(
  pool: pg.Pool,
  { from, to, table = 'fact_market_data' }: { from: Date; to: Date; table?: PartitionedTable },
): Promise<string[]> {
  const missing = async (client: pg.ClientBase | pg.Pool) => {
    const present = new Set(await listPartitions(client, table))
    const starts: Date[] = []
    for (let start = toPartitionStart(table, from); start <= to; start = toPartitionStart(table, start, 1))
      if (!present.has(toPartition(table, start))) starts.push(start)
    return starts
  }
  if ((await missing(pool)).length === 0) return []
  return withLock(pool, async (client) => {
    const starts = await missing(client)
    for (const start of starts) await createPartition(client, table, start)
    return starts.map((start) => toPartition(table, start))
  })
}

/**
 * A partition references dim_coin, whose lock it needs as well. A snapshot locks coins, then facts: taking the locks in the same
 * order avoids deadlocks. The time limit, also on the nodes of Citus, lets snapshots pass while a long read holds facts.
 */
const lockCoins = 'lock table dim_coin in share row exclusive mode'

const lockSettings = ["set local citus.propagate_set_commands = 'local'", "set local lock_timeout = '300ms'"]

async function createWithRetries(client: pg.PoolClient, create: string): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      for (const statement of ['begin', ...lockSettings, lockCoins, create, 'commit']) await client.query(statement)
      return
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      if (!['55P03', '40P01'].includes(getSqlState(error) ?? '') || tries === maxTries) throw error
      await setTimeout(retryMs)
    }
}

async function createPartition(client: pg.PoolClient, table: PartitionedTable, start: Date): Promise<void> {
  const bounds = `from (${toBound(start)}) to (${toBound(toPartitionStart(table, start, 1))})`
  const create = `create table if not exists ${toPartition(table, start)} partition of ${table} for values ${bounds}`
  try {
    await createWithRetries(client, create)
  } catch (error) {
    if (getSqlState(error) !== '23514') throw error
    await createFromDefault(client, { month: start, create })
  }
}

/**
 * Creates a monthly partition while the default partition holds facts of that month: detaches the default partition, moves
 * the facts and attaches it again. Locks candles of the month and its neighbors. Only fact_market_data has a default.
 */
async function createFromDefault(
  client: pg.PoolClient,
  { month, create }: { month: Date; create: string },
): Promise<void> {
  const next = toPartitionStart('fact_market_data', month, 1)
  const range = `timestamp >= ${toBound(month)} and timestamp < ${toBound(next)}`
  try {
    await client.query('begin')
    await client.query(`set local lock_timeout = '10s'; set local statement_timeout = 0`)
    await client.query(lockCoins)
    await lockMonths(
      client,
      [-1, 0, 1].map((offset) => toPartitionStart('fact_market_data', month, offset).toISOString()),
    )
    await client.query('alter table fact_market_data detach partition fact_market_data_default')
    await client.query(create)
    await client.query(
      `insert into fact_market_data (${columns}) select ${columns} from fact_market_data_default where ${range}`,
    )
    await client.query(`delete from fact_market_data_default where ${range}`)
    await client.query('alter table fact_market_data attach partition fact_market_data_default default')
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Whether the partition that begins on a day may be dropped; called in the transaction that drops it. */
export type MayDrop = (client: pg.PoolClient, start: string) => Promise<boolean>

/** Drops the partitions that end at or before `instant` and that `mayDrop` allows; returns their names. */
export const dropPartitionsBefore = (
  pool: pg.Pool,
  instant: Date,
  mayDrop: MayDrop,
  table: PartitionedTable = 'fact_market_data',
): Promise<string[]> =>
  withLock(pool, async (client) => {
    const first = toPartition(table, instant)
    const dropped: string[] = []
    for (const name of await listPartitions(client, table)) {
      const start = parsePartition(table, name)
      if (start === undefined || name >= first) continue
      try {
        await client.query('begin')
        await client.query(`set local lock_timeout = '10s'; set local statement_timeout = 0`)
        const may = await mayDrop(client, start)
        if (may) await client.query(`drop table ${name}`)
        await client.query('commit')
        if (may) dropped.push(name)
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      }
    }
    return dropped
  })

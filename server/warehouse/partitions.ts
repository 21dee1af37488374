import type pg from 'pg'

const lock = 7_162_535

const toMonth = (instant: Date, offset = 0): Date =>
  new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + offset))

const toName = (month: Date): string => `fact_market_data_${month.toISOString().slice(0, 7).replace('-', '_')}`

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

async function listPartitions(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'fact_market_data'::regclass order by 1`,
  )
  return rows.map(({ name }) => name)
}

/**
 * Makes the monthly partitions of fact_market_data that hold `from` to `to`; returns those it made.
 * Each is one statement of its own, outside any transaction.
 */
export const ensurePartitions = (pool: pg.Pool, { from, to }: { from: Date; to: Date }): Promise<string[]> =>
  withLock(pool, async (client) => {
    const present = new Set(await listPartitions(client))
    const made: string[] = []
    for (let month = toMonth(from); month <= to; month = toMonth(month, 1)) {
      const name = toName(month)
      if (present.has(name)) continue
      await client.query(
        `create table if not exists ${name} partition of fact_market_data
         for values from (${toBound(month)}) to (${toBound(toMonth(month, 1))})`,
      )
      made.push(name)
    }
    return made
  })

/** Drops the monthly partitions of fact_market_data that end at or before `instant`; returns their names. */
export const dropPartitionsBefore = (pool: pg.Pool, instant: Date): Promise<string[]> =>
  withLock(pool, async (client) => {
    const first = toName(toMonth(instant))
    const old = (await listPartitions(client)).filter((name) => /_\d{4}_\d{2}$/.test(name) && name < first)
    for (const name of old) await client.query(`drop table ${name}`)
    return old
  })

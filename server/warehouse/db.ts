import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely'
import pg from 'pg'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { Client, type Connection, toPoolConfig } from './connect.ts'
import { isLost } from './failures.ts'
import type { DB } from './types.ts'

export type { Connection }
export type Db = Kysely<DB>

const toInstant = (text: string): string => `${text.replace(' ', 'T').replace(/\+00(:00)?$/, '')}Z`
const keepText = (text: string): string => text
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.TIMESTAMPTZ, toInstant],
  [pg.types.builtins.DATE, keepText],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as never,
}

const sessionSettings = { statement_timeout: '30s', idle_in_transaction_session_timeout: '20s' }

/**
 * Connects to the warehouse. Instants come as RFC 3339 text in UTC, days as `YYYY-MM-DD`. A connection that breaks
 * rejects what waits for it, and is replaced.
 */
export function openPool(connection: Connection, options: { log: Log; max?: number; Client?: typeof Client }): pg.Pool {
  const pool = new pg.Pool({
    ...toPoolConfig(connection, sessionSettings),
    Client: options.Client ?? Client,
    max: options.max ?? 10,
    types,
    application_name: 'cryptoflow',
    connectionTimeoutMillis: 5000,
  })
  pool.on('error', (error) => {
    if (!pool.ending) options.log.warn({ error: toMessage(error) }, 'database connection lost')
  })
  return pool
}

/**
 * Kysely on a pool. A session that ends with an error is not lent again: pg reports the error before it notices that the
 * connection has closed.
 */
export function openDb(pool: pg.Pool): Db {
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect()
    let isEnded = false
    const query = async (text: string, values: unknown[]) => {
      try {
        return await client.query(text, values)
      } catch (error) {
        isEnded ||= isLost(error)
        throw error
      }
    }
    const release = (isDiscarded = false) => client.release(isDiscarded || isEnded)
    return { query: query as never, release }
  }
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: {} } }) })
}

/** Kysely on one connection of a pool, which its borrower releases. */
const toDb = (client: pg.PoolClient): Db => {
  const lent = { query: client.query.bind(client), release: () => undefined } as PostgresPoolClient
  const pool = { connect: async () => lent, end: async () => undefined, options: {} }
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Does `work` in one transaction, through Kysely or the bare client that COPY needs. Rolls back when it throws. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Db, client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query('begin')
    const result = await work(toDb(client), client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      isBroken = true
    })
    throw error
  } finally {
    client.release(isBroken)
  }
}

/** Does the database answer? False on any failure. */
export const isAlive = async (db: Db): Promise<boolean> =>
  sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )

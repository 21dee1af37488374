import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DB } from './types.ts'

export type Db = Kysely<DB>

/** Where a PostgreSQL server is: a URL, or the parts that `embedded.ts` gives. */
export type Connection = string | { host: string; port: number; user: string; database: string; password?: string }

const toInstant = (text: string): string => `${text.replace(' ', 'T').replace(/\+00(:00)?$/, '')}Z`
const keepText = (text: string): string => text
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.TIMESTAMPTZ, toInstant],
  [pg.types.builtins.DATE, keepText],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as never,
}

/**
 * Connects to the warehouse. Instants come as RFC 3339 text in UTC, days as `YYYY-MM-DD`.
 * The options make Citus run one transaction's statements in order; plain PostgreSQL ignores them.
 */
export function openPool(connection: Connection, options: { log: Log; max?: number }): pg.Pool {
  const pool = new pg.Pool({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    max: options.max ?? 10,
    types,
    application_name: 'cryptoflow',
    options: '-c TimeZone=UTC -c citus.multi_shard_modify_mode=sequential -c extra_float_digits=1',
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 20_000,
  })
  pool.on('error', (error) => {
    if (!pool.ending) options.log.warn({ error: toMessage(error) }, 'database connection lost')
  })
  return pool
}

export const openDb = (pool: pg.Pool): Db => new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })

/**
 * Does `work` in one transaction on one connection, which it gets for Kysely and bare, for COPY. A connection that
 * cannot roll back is closed. `guard` is a statement without parameters that goes along with BEGIN and must find a row,
 * else `refuse` says what is thrown.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Db, client: pg.PoolClient) => Promise<T>,
  guard?: { statement: string; refuse: () => Error },
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  const lent = { query: client.query.bind(client), release: () => undefined }
  const tx = new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: { connect: async () => lent as never, end: async () => undefined, options: {} },
    }),
  })
  try {
    const opened: unknown = await client.query(guard === undefined ? 'begin' : `begin; ${guard.statement}`)
    if (guard !== undefined && Array.isArray(opened) && opened.at(-1).rowCount === 0) throw guard.refuse()
    const result = await work(tx, client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(onError)
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** Does the database answer? False on any failure. */
export const isAlive = async (db: Db): Promise<boolean> =>
  sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )

const passing = /^(40001|40P01|08...|57P0[123]|53300)$/
const lostConnection = /ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|terminated|timeout exceeded/i

/** Is this a failure that the same statement may not meet again: a deadlock, a lost or refused connection? */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && typeof error.code === 'string' && passing.test(error.code)) ||
    lostConnection.test(error.message))

/** Is the disk of the database full? */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '53100'

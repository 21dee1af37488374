import { join } from 'node:path'
import type pg from 'pg'
import type { Mode } from '../../contract/units.ts'
import { systemClock } from '../clock.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { ensureSqlPassword } from '../sql-password.ts'
import { negotiateTls } from './connect.ts'
import { type Connection, type Db, openDb, openPool } from './db.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { isTransient } from './failures.ts'
import { claimMode, findMode } from './info.ts'
import { migrate } from './migrate.ts'
import { watchNewConnections } from './reachability.ts'
import { ensureReader, watchReader } from './reader-role.ts'
import { examineDatabase } from './requirements.ts'

const timeoutMs = 30_000
const pollMs = 500

export type Warehouse = {
  db: Db
  pool: pg.Pool
  connection: Connection
  /** Can a new connection be opened? Open ones may survive when none can. */
  acceptsConnections(): Promise<boolean>
  /** Closes the connections and stops the built-in server. */
  close(): Promise<void>
  /** Stops the built-in server immediately. */
  kill(): void
}

export type WarehouseOptions = {
  /** A server. Null: the built-in one under `dataDir`. */
  connection: Connection | null
  dataDir: string
  mode: Mode
  log: Log
  /** Connections that the built-in server accepts. Absent: 50. */
  maxConnections?: number
  /** TCP port of the built-in server for SQL tools. Absent or null: none. */
  sqlPort?: number | null
}

/**
 * Opens and migrates the warehouse of a mode: a given server, or the built-in PostgreSQL in `<dataDir>/<mode>`. Throws an
 * `AppError` with a remedy when the database can't be used.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { connection, dataDir, mode, log, maxConnections, sqlPort = null } = options
  const settings = maxConnections === undefined ? {} : { max_connections: String(maxConnections) }
  const home = join(dataDir, mode)
  const embedded = connection === null ? await startEmbeddedPostgres({ dataDir: home, log, settings, sqlPort }) : null
  const address = embedded?.connection ?? (await waitUntilReachable(() => negotiateTls(connection ?? '')))
  const pool = openPool(address, { log })
  let stopWatch = () => {}
  const close = async () => {
    stopWatch()
    await pool.end()
    await embedded?.stop()
  }
  try {
    if (embedded === null) await waitUntilReachable(() => checkRequirements(address))
    await waitUntilReachable(() => migrate(pool, log))
    const db = openDb(pool)
    await claimMode(db, mode)
    if (embedded !== null) {
      await ensureReader(embedded.connection, { password: sqlPort === null ? null : ensureSqlPassword(dataDir) })
      if (sqlPort !== null) stopWatch = watchReader(embedded.connection)
    }
    const acceptsConnections = watchNewConnections(address, { clock: systemClock, log })
    return { db, pool, connection: address, acceptsConnections, close, kill: () => embedded?.kill() }
  } catch (error) {
    await close()
    throw error
  }
}

async function checkRequirements(connection: Connection): Promise<void> {
  const { problems } = await examineDatabase(connection)
  if (problems.length > 0) throw new AppError('unavailable', problems.join('\n'))
}

/** Retries transient errors for 30 s, because the server may still be starting. */
async function waitUntilReachable<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw toOpenError(error)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }
}

/** Wraps any error but an `AppError` in one with a remedy. */
const toOpenError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('unavailable', `Can't use the database (${toMessage(error)}). Check DATABASE_URL and the server.`, {
        cause: error,
      })

/** The mode of the data in a database. Undefined: it is new or unreachable. */
export async function findRememberedMode(connection: Connection, log: Log): Promise<Mode | undefined> {
  const address = await negotiateTls(connection).catch(() => null)
  if (address === null) return undefined
  const pool = openPool(address, { log, max: 1 })
  try {
    return await findMode(openDb(pool))
  } catch {
    return undefined
  } finally {
    await pool.end()
  }
}

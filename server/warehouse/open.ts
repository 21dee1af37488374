import { join } from 'node:path'
import type pg from 'pg'
import type { Mode } from '../../contract/units.ts'
import { systemClock } from '../clock.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { negotiateTls } from './connect.ts'
import { type Connection, type Db, openDb, openPool } from './db.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { isTransient } from './failures.ts'
import { claimMode, findMode } from './info.ts'
import { migrate } from './migrate.ts'
import { watchNewConnections } from './reachability.ts'
import { examineDatabase } from './requirements.ts'

const patienceMs = 30_000
const pollMs = 500

export type Warehouse = {
  db: Db
  pool: pg.Pool
  connection: Connection
  /** Can a new connection be made? What is open may live on when none can. */
  acceptsConnections(): Promise<boolean>
  /** Closes the connections, and the built-in server where it is ours. */
  close(): Promise<void>
  /** Ends the built-in server at once. */
  kill(): void
}

export type WarehouseOptions = {
  /** A server to use; null: the built-in one under `dataDir`. */
  connection: Connection | null
  dataDir: string
  mode: Mode
  log: Log
}

/**
 * Opens the warehouse of one mode, migrated: a given server, or the built-in PostgreSQL in `<dataDir>/<mode>`. Throws an
 * `AppError` that says what to do when the database cannot be used.
 */
export async function openWarehouse({ connection, dataDir, mode, log }: WarehouseOptions): Promise<Warehouse> {
  const embedded = connection === null ? await startEmbeddedPostgres({ dataDir: join(dataDir, mode), log }) : null
  const address = embedded?.connection ?? (await untilReachable(() => negotiateTls(connection ?? '')))
  const pool = openPool(address, { log })
  const close = async () => {
    await pool.end()
    await embedded?.stop()
  }
  try {
    if (embedded === null) await untilReachable(() => refuseUnfit(address))
    await untilReachable(() => migrate(pool, log))
    const db = openDb(pool)
    await claimMode(db, mode)
    const acceptsConnections = watchNewConnections(address, { clock: systemClock, log })
    return { db, pool, connection: address, acceptsConnections, close, kill: () => embedded?.kill() }
  } catch (error) {
    await close()
    throw error
  }
}

async function refuseUnfit(connection: Connection): Promise<void> {
  const { problems } = await examineDatabase(connection)
  if (problems.length > 0) throw new AppError('unavailable', problems.join('\n'))
}

/** A server that starts beside us may need a while; a refusal that will not pass ends the wait at once. */
async function untilReachable<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw toOpenError(error)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }
}

/** An error that has said what to do stays; any other becomes one that does. */
const toOpenError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError(
        'unavailable',
        `The database cannot be used (${toMessage(error)}): check DATABASE_URL and the server`,
        { cause: error },
      )

/** The mode that a database was filled in; undefined when it is new or does not answer. */
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

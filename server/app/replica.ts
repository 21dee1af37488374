import type { Config } from '../config.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { negotiateTls, withClient } from '../warehouse/connect.ts'
import { type Db, openDb, openPool } from '../warehouse/db.ts'
import type { Module } from './module.ts'

/**
 * Connects to the replica from which the API reads market data. Null: DATABASE_READ_URL is empty, and the API reads from
 * the primary. Throws an `AppError` when the replica can't be reached.
 */
export async function openReplica(
  { DATABASE_READ_URL, ROLES }: Pick<Config, 'DATABASE_READ_URL' | 'ROLES'>,
  log: Log,
): Promise<(Module & { db: Db }) | null> {
  if (DATABASE_READ_URL === null || !ROLES.includes('api')) return null
  try {
    const connection = await negotiateTls(DATABASE_READ_URL)
    await withClient(connection, (client) => client.query('select 1'))
    const pool = openPool(connection, { log })
    return { db: openDb(pool), stop: () => pool.end() }
  } catch (error) {
    const message = `Can't use the replica (${toMessage(error)}). Check DATABASE_READ_URL and the server.`
    throw new AppError('unavailable', message, { cause: error })
  }
}

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createLog, type Log } from '../server/log.ts'
import { type Connection, type Db, openDb, openPool } from '../server/warehouse/db.ts'
import { superuser } from '../server/warehouse/embedded/roles.ts'

export const quietLog: Log = createLog({ pretty: false, level: 'silent' })

/** The connection to the server that `npm test` started. */
function testServer(): Exclude<Connection, string> {
  const text = process.env.TEST_DATABASE
  if (text === undefined)
    throw new Error('Run tests with `npm test [-- files]`. It starts the PostgreSQL that they need.')
  return JSON.parse(text)
}

/** Runs a statement as the superuser of the test server. */
export async function administer(statement: string, database = 'postgres'): Promise<void> {
  const client = new pg.Client({ ...testServer(), user: superuser, database })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

/** A connection as a URL for DATABASE_URL. */
export const toUrl = ({ host, port, user, database }: Exclude<Connection, string>): string =>
  `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`

export type TestDatabase = { connection: Exclude<Connection, string>; pool: pg.Pool; db: Db; drop(): Promise<void> }

/** Creates a database for one test: migrated, or empty. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = testServer()
  const database = `test_${randomBytes(8).toString('hex')}`
  await administer(`create database ${database} template ${empty ? 'template0' : 'migrated'} owner ${server.user}`)
  const connection = { ...server, database }
  const pool = openPool(connection, { log: quietLog })
  const drop = async () => {
    await pool.end()
    await administer(`drop database ${database} with (force)`)
  }
  return { connection, pool, db: openDb(pool), drop }
}

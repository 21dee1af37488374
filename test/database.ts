import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { createLog, type Log } from '../server/log.ts'
import { type Connection, type Db, openDb, openPool } from '../server/warehouse/db.ts'
import { listReaderGrants, reader } from '../server/warehouse/reader-role.ts'
import { createOn, dropOn, joinNodes, runOn, runOnNodes, type TestServer } from './outside-server.ts'
import { PortableClient } from './portable-client.ts'

export const quietLog: Log = createLog({ pretty: false, level: 'silent' })

/** The server of this run: the one that `npm test` started, or that of TEST_DATABASE_URL. */
function testServer(): TestServer {
  const text = process.env.TEST_DATABASE
  if (text === undefined)
    throw new Error('Run tests with `npm test [-- files]`. It starts the PostgreSQL that they need.')
  return JSON.parse(text)
}

/** Runs a statement as the superuser of the test server: in a database, or about the server, then on each of its nodes. */
export const administer = (statement: string, database?: string): Promise<unknown> =>
  database === undefined
    ? runOnNodes(testServer(), 'postgres', [statement])
    : runOn(testServer(), testServer().connection, database, [statement])

/** Creates the reader role on every node, which ask each other in its name, and grants it a database of a test. */
export async function grantReader({ user: owner, database }: { user: string; database: string }): Promise<void> {
  await administer(`do $$ begin create role ${reader} login; exception when duplicate_object then end $$`)
  for (const grant of listReaderGrants({ owner, database })) await administer(grant, database)
}

/** A connection as a URL for DATABASE_URL. */
export const toUrl = ({ host, port, user, database }: Exclude<Connection, string>): string =>
  `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`

export type TestDatabase = { connection: Exclude<Connection, string>; pool: pg.Pool; db: Db; drop(): Promise<void> }

/**
 * Creates a database for one test: migrated, or empty. On a cluster it is on every node, joined with Citus. Its pool
 * refuses statements that a cluster refuses.
 */
export async function createTestDatabase({
  empty = false,
  joined = true,
  server = testServer(),
} = {}): Promise<TestDatabase> {
  const database = `test_${randomBytes(8).toString('hex')}`
  await createOn(server, database, empty ? 'template0' : server.template)
  if (empty && joined && server.nodes.length > 0) await joinNodes(server, database)
  const connection = { ...server.connection, database }
  const pool = openPool(connection, { log: quietLog, Client: PortableClient })
  const drop = async () => {
    await pool.end()
    await dropOn(server, database)
  }
  return { connection, pool, db: openDb(pool), drop }
}

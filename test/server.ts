import { rmSync } from 'node:fs'
import pg from 'pg'
import { dayMs } from '../contract/time.ts'
import { createLog } from '../server/log.ts'
import { type Connection, openPool } from '../server/warehouse/db.ts'
import { superuser } from '../server/warehouse/embedded/roles.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { createDataFolder } from './data-folder.ts'

type Server = Exclude<Connection, string>

const log = createLog({ pretty: false, level: 'warn' })

/** Creates the template database `migrated`, which each test copies in milliseconds. */
async function createTemplate(server: Server): Promise<void> {
  const client = new pg.Client({ ...server, user: superuser })
  await client.connect()
  await client.query(`create database migrated owner ${server.user}`)
  // Some fixtures violate constraints of the schema.
  await client.query(`grant set on parameter session_replication_role to ${server.user}`)
  await client.end()
  const pool = openPool({ ...server, database: 'migrated' }, { log })
  await migrate(pool, log)
  const now = new Date()
  await ensurePartitions(pool, { from: now, to: new Date(now.getTime() + 60 * dayMs) })
  await pool.end()
}

/**
 * Starts the PostgreSQL of a test run in a temporary folder and passes its connection to the tests in TEST_DATABASE.
 */
export async function startTestServer(): Promise<{ connection: Server; stop(): Promise<void> }> {
  const dataDir = createDataFolder()
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  })
  const stop = async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await createTemplate(postgres.connection)
  } catch (error) {
    await stop()
    throw error
  }
  process.env.TEST_DATABASE = JSON.stringify(postgres.connection)
  return { connection: postgres.connection, stop }
}

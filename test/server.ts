import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dayMs } from '../contract/time.ts'
import { createLog } from '../server/log.ts'
import { openPool } from '../server/warehouse/db.ts'
import { superuser } from '../server/warehouse/embedded/roles.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { createDataFolder } from './data-folder.ts'
import { closeOn, createOn, describeServer, dropOn, joinNodes, runOn, type TestServer } from './outside-server.ts'

type Running = { connection: TestServer['connection']; stop(): Promise<void> }

const log = createLog({ pretty: false, level: 'warn' })

/** Creates the template database `migrated`, which each test copies in milliseconds. */
async function createTemplate(server: TestServer): Promise<void> {
  const { connection, template } = server
  await createOn(server, template, 'template0')
  // Some fixtures violate constraints of the schema.
  const grant = `grant set on parameter session_replication_role to ${connection.user}`
  await runOn(server, connection, 'postgres', [grant])
  if (server.nodes.length > 0) await joinNodes(server, template)
  const pool = openPool({ ...connection, database: template }, { log })
  await migrate(pool, log)
  const now = new Date()
  await ensurePartitions(pool, { from: now, to: new Date(now.getTime() + 60 * dayMs) })
  await pool.end()
  await closeOn(server, template)
}

/** Uses a server that is already running. */
async function openServer(url: string): Promise<Running> {
  const server = await describeServer(url, `migrated_${randomBytes(4).toString('hex')}`)
  await createTemplate(server)
  process.env.TEST_DATABASE = JSON.stringify(server)
  return { connection: server.connection, stop: () => dropOn(server, server.template) }
}

/**
 * Starts the PostgreSQL of a test run in a temporary folder, or uses the server of TEST_DATABASE_URL, and passes its
 * connection to the tests in TEST_DATABASE.
 */
export async function startTestServer(): Promise<Running> {
  if (process.env.TEST_DATABASE_URL !== undefined) return openServer(process.env.TEST_DATABASE_URL)
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
  const server = { connection: postgres.connection, admin: superuser, template: 'migrated', nodes: [] }
  try {
    await createTemplate(server)
  } catch (error) {
    await stop()
    throw error
  }
  process.env.TEST_DATABASE = JSON.stringify(server)
  return { connection: postgres.connection, stop }
}

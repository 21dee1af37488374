import pg from 'pg'
import type { Connection } from '../server/warehouse/connect.ts'

type Server = Exclude<Connection, string>

/**
 * A server for tests. `admin`: its role that creates databases. `template`: the database that tests copy. `nodes`: the
 * other servers of its Citus cluster, whose databases have the same names.
 */
export type TestServer = {
  connection: Server
  admin: string
  template: string
  nodes: { host: string; port: number }[]
}

/** Why tests that need Citus are skipped; false: they run. CITUS_URL names a database of its coordinator. */
export const noCitus = process.env.CITUS_URL === undefined && 'CITUS_URL is not set'

/** Runs statements, each on its own, in a database of one node as the administrator. */
export async function runOn(
  server: TestServer,
  node: { host: string; port: number },
  database: string,
  statements: string[],
): Promise<void> {
  const { connection, admin } = server
  const client = new pg.Client({ ...connection, host: node.host, port: node.port, user: admin, database })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const allNodes = ({ connection, nodes }: TestServer) => [connection, ...nodes]

/** Runs statements, each on its own, in a database of every node as the administrator. The nodes do not pass them on. */
export const runOnNodes = (server: TestServer, database: string, statements: string[]): Promise<unknown> => {
  const own = ['set citus.enable_ddl_propagation = off', ...statements]
  return Promise.all(allNodes(server).map((node) => runOn(server, node, database, own)))
}

/** Creates a database on every node. */
export const createOn = (server: TestServer, database: string, template: string): Promise<unknown> =>
  runOnNodes(server, 'postgres', [`create database ${database} template ${template} owner ${server.connection.user}`])

/** Creates the Citus extension in a database of every node and joins the nodes. */
export async function joinNodes(server: TestServer, database: string): Promise<void> {
  const { host, port } = server.connection
  await runOnNodes(server, database, ['create extension citus'])
  await runOn(server, server.connection, database, [
    `select citus_set_coordinator_host('${host}', ${port})`,
    ...server.nodes.map((node) => `select citus_add_node('${node.host}', ${node.port})`),
  ])
}

/** Ends the sessions of a database and refuses new ones, on every node: only then can it be copied. */
export const closeOn = (server: TestServer, database: string): Promise<unknown> =>
  runOnNodes(server, 'postgres', [
    `alter database ${database} allow_connections false`,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${database}'`,
  ])

/** Drops a database on every node. On Citus its daemon would otherwise reconnect meanwhile. */
export async function dropOn(server: TestServer, database: string): Promise<void> {
  if (server.nodes.length > 0) await closeOn(server, database)
  const statement = `drop database if exists ${database} with (force)`
  for (const node of allNodes(server)) await runOn(server, node, 'postgres', [statement])
}

/** A server by the URL of one of its databases, whose role must be a superuser. With Citus in that database: its cluster. */
export async function describeServer(url: string, template: string): Promise<TestServer> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { host, port, user = 'postgres', database = 'postgres', password } = client
    const connection = { host, port, user, database, ...(typeof password === 'string' ? { password } : {}) }
    const citus = await client.query(`select from pg_extension where extname = 'citus'`)
    const nodes =
      citus.rowCount === 0
        ? []
        : (
            await client.query(
              'select nodename as host, nodeport as port from pg_dist_node where groupid <> 0 order by nodeid',
            )
          ).rows
    return { connection, admin: user, template, nodes }
  } finally {
    await client.end()
  }
}

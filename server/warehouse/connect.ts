import pg from 'pg'
import { listTlsAttempts } from './tls.ts'

/** A PostgreSQL server: its URL, or the address from `embedded.ts`. */
export type Connection = string | { host: string; port: number; user: string; database: string; password?: string }

const withinMs = 5000

/**
 * A connection that always has an error listener. pg emits an `error` when a connection breaks, and without a listener
 * the process would exit. Queries in progress are rejected anyway.
 */
export class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => undefined)
  }
}

/**
 * Settings of every session. Citus then runs a transaction's statements in order. Plain PostgreSQL ignores that one.
 * They are set after connecting, because PgBouncer rejects most startup parameters.
 */
const defaults = { TimeZone: 'UTC', extra_float_digits: '1', 'citus.multi_shard_modify_mode': 'sequential' }

const toAddress = (connection: Connection) =>
  typeof connection === 'string' ? { connectionString: listTlsAttempts(connection)[0] ?? connection } : connection

/** The configuration of a pool. `settings`: PostgreSQL settings of each session. */
export function toPoolConfig(connection: Connection, settings: Record<string, string> = {}) {
  const statement = Object.entries({ ...defaults, ...settings })
    .map(([name, value]) => `set ${name} = '${value}'`)
    .join('; ')
  return {
    ...toAddress(connection),
    Client,
    onConnect: (client: pg.ClientBase): Promise<unknown> => client.query(statement),
  }
}

/** An unopened connection outside the pool. */
export const openClient = (connection: Connection, config: pg.ClientConfig = {}): pg.Client =>
  new Client({ ...toAddress(connection), ...config })

const limitsOfCheck: pg.ClientConfig = { connectionTimeoutMillis: withinMs, query_timeout: withinMs }

/** Runs `work` on its own connection. By default each step has a timeout of 5 s. */
export async function withClient<T>(
  connection: Connection,
  work: (client: pg.Client) => Promise<T>,
  limits = limitsOfCheck,
): Promise<T> {
  const client = openClient(connection, { application_name: 'cryptoflow check', ...limits })
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Decides once whether to use TLS, like libpq: without an `sslmode`, TLS is tried first. Returns a connection with the
 * decision, for all later connections. Throws when no attempt succeeds.
 */
export async function negotiateTls(connection: Connection): Promise<Connection> {
  const [first = '', second] = typeof connection === 'string' ? listTlsAttempts(connection) : []
  if (second === undefined) return connection
  try {
    return await withClient(first, async () => first)
  } catch (error) {
    return withClient(second, async () => second).catch((other) => {
      throw error instanceof Error && /does not support SSL/.test(error.message) ? other : error
    })
  }
}

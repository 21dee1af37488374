import pg from 'pg'
import { listTlsAttempts } from './tls.ts'

/** Where a PostgreSQL server is: a URL, or the parts that `embedded.ts` gives. */
export type Connection = string | { host: string; port: number; user: string; database: string; password?: string }

const withinMs = 5000

/**
 * A connection that always has a listener for errors: pg emits an `error` when a connection breaks, whether or not
 * somebody waits for an answer, and without a listener that ends the process. A query in flight is rejected anyway.
 */
class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => undefined)
  }
}

/**
 * Settings of every session. Citus then runs one transaction's statements in order; plain PostgreSQL ignores that.
 * They are set once a session is open: PgBouncer refuses most parameters of a startup.
 */
const defaults = { TimeZone: 'UTC', extra_float_digits: '1', 'citus.multi_shard_modify_mode': 'sequential' }

const toAddress = (connection: Connection) =>
  typeof connection === 'string' ? { connectionString: listTlsAttempts(connection)[0] ?? connection } : connection

/** The configuration of a pool to a server; `settings` are those of PostgreSQL for each session. */
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

/** A connection outside of any pool, not yet opened. */
export const openClient = (connection: Connection, config: pg.ClientConfig = {}): pg.Client =>
  new Client({ ...toAddress(connection), ...config })

const limitsOfCheck: pg.ClientConfig = { connectionTimeoutMillis: withinMs, query_timeout: withinMs }

/** Does `work` on a connection of its own. Unless `limits` say otherwise, no step of it may take longer than 5 s. */
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
 * Decides once whether a server is spoken to by TLS, as libpq decides it: without an `sslmode` it is tried first. The
 * connection that it returns says so, for everything that is opened later. Throws when no attempt succeeds.
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

import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer as createListener, type Server as NetServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { setGlobalOrigin } from 'undici'
import { Accounts } from '../accounts/accounts.ts'
import type { LinkOptions } from '../accounts/email-links.ts'
import { loadSecrets } from '../accounts/secrets.ts'
import { toAllowedHosts } from '../api/hosts.ts'
import type { PageHandler } from '../api/pages.ts'
import { type ApiOptions, createServer } from '../api/server.ts'
import type { Config } from '../config.ts'
import { AppError, toMessage } from '../errors.ts'
import { openRequests } from '../jobs/requests.ts'
import type { Log } from '../log.ts'
import { loadPackagedLogos } from '../packaged-logos.ts'
import { type Connection, type Db, isAlive } from '../warehouse/db.ts'
import { SqlRunner } from '../warehouse/sql-runner.ts'
import type { AppContext, Module } from './module.ts'
import type { Notifications } from './notifications.ts'
import type { Prices } from './prices.ts'

const minStopDelayMs = 250
/** The part of the source's rate limit that page views may use. The jobs need the rest. */
const detailShare = 0.2

type Served = {
  prices: Prices | null
  /** Null: the API reads from the primary. */
  replica: { db: Db } | null
  pages: { handle: PageHandler } | null
  notifications: Notifications | null
  /** Null: this process shares no port. */
  sharedPort: number | null
}

/**
 * Starts the HTTP server of the roles. On stop it leaves a shared port at once and keeps serving, not ready, for
 * STOP_DELAY_SECONDS.
 */
export async function startServer(
  { config, log, warehouse, upstreams, stopping }: AppContext,
  { prices, replica, pages, notifications, sharedPort }: Served,
): Promise<Module & { url: string; sharedUrl: string | null }> {
  const { db, connection, acceptsConnections } = warehouse
  const isApi = config.ROLES.includes('api')
  if (isApi) await loadPackagedLogos()
  const [secret] = isApi ? loadSecrets({ given: config.AUTH_SECRETS, dataDir: config.DATA_DIR }) : []
  const requests = openRequests(connection, log)
  const server = await createServer({
    ...toServerOptions(config),
    db,
    ...(replica === null ? {} : { reads: replica.db }),
    log,
    acceptsConnections: async () => (await acceptsConnections()) && (replica === null || (await isAlive(replica.db))),
    mode: upstreams.mode,
    api: isApi,
    accounts: secret === undefined ? null : new Accounts({ db, secret, mail: toMail(notifications, log) }),
    channels: notifications?.channels ?? null,
    requestRun: requests.request,
    sql: openSql(config, connection),
    hub: prices?.hub ?? null,
    details: {
      fetch: upstreams.market.fetchDetails,
      maxPerMinute: Math.max(1, Math.floor(upstreams.market.callsPerMinute * detailShare)),
    },
    readClock: () => upstreams.clock.report(),
    produced: prices?.readProducer ?? null,
    pages: pages?.handle ?? null,
    isStopping: () => stopping.aborted,
  })
  let shared: SharedPort | undefined
  const stop = async () => {
    const left = shared?.leave()
    if (isApi && server.server.listening) await setTimeout(Math.max(config.STOP_DELAY_SECONDS * 1000, minStopDelayMs))
    await Promise.all([server.close(), left])
    await requests.close()
  }
  try {
    const url = await listen(server, config)
    if (sharedPort !== null) shared = await joinPort(server.server, config, sharedPort)
    // Pages request relative paths of the API, in the browser and while the server renders them.
    setGlobalOrigin(url)
    return { url, sharedUrl: shared?.url ?? null, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** SQL of the built-in server, or of SQL_URL. Null: off. */
function openSql({ DATABASE_URL, SQL_URL }: Config, connection: Connection): SqlRunner | null {
  if (SQL_URL !== null) return new SqlRunner(SQL_URL)
  return DATABASE_URL === null ? new SqlRunner(connection) : null
}

const toMail = (notifications: Notifications | null, log: Log): LinkOptions | null =>
  notifications === null || notifications.mailer === null
    ? null
    : { mailer: notifications.mailer, publicUrl: notifications.publicUrl, log }

type ServerSettings =
  | 'corsOrigins'
  | 'trustedProxies'
  | 'allowedHosts'
  | 'requestLimits'
  | 'rateLimits'
  | 'metricsToken'
  | 'riskFreeRate'
  | 'apiAccess'
  | 'streamLimits'

const toServerOptions = (config: Config): Pick<ApiOptions, ServerSettings> => ({
  corsOrigins: config.CORS_ORIGINS,
  trustedProxies: config.TRUSTED_PROXIES,
  allowedHosts: toAllowedHosts({ named: config.ALLOWED_HOSTS, bind: config.HOST }),
  requestLimits: {
    bodyBytes: config.REQUEST_MAX_BODY_BYTES,
    headerBytes: config.REQUEST_MAX_HEADER_BYTES,
    headersWithinMs: config.REQUEST_HEADERS_SECONDS * 1000,
    requestWithinMs: Math.max(config.REQUEST_SECONDS, config.REQUEST_HEADERS_SECONDS) * 1000,
  },
  rateLimits: {
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    costlyPerMinute: config.RATE_LIMIT_COSTLY_PER_MINUTE,
  },
  metricsToken: config.METRICS_TOKEN,
  riskFreeRate: config.RISK_FREE_RATE_PCT / 100,
  apiAccess: config.API_ACCESS,
  streamLimits: {
    clients: config.STREAM_MAX_CLIENTS,
    clientsPerAddress: config.STREAM_MAX_CLIENTS_PER_IP,
    messageBytes: config.STREAM_MAX_MESSAGE_BYTES,
    messagesPerSecond: config.STREAM_MAX_MESSAGES_PER_SECOND,
  },
})

/** Serves the port of this process, which no other process shares. */
async function listen(server: FastifyInstance, config: Config): Promise<string> {
  const { HOST, PORT } = config
  try {
    await server.listen({ port: PORT, host: HOST ?? '127.0.0.1', exclusive: true })
  } catch (error) {
    throw toListenError(error, config, PORT)
  }
  return toUrl(HOST, server.server, PORT)
}

type SharedPort = {
  url: string
  /** Accepts no more connections. Resolves when the accepted ones have ended. */
  leave(): Promise<unknown>
}

/** Serves a port together with other workers of `node:cluster`, which distributes the connections. */
async function joinPort(server: Server, config: Config, port: number): Promise<SharedPort> {
  const { HOST } = config
  const entrance = createListener((socket) => server.emit('connection', socket))
  try {
    await once(entrance.listen({ port, host: HOST ?? '127.0.0.1' }), 'listening')
  } catch (error) {
    throw toListenError(error, config, port)
  }
  const leave = () => new Promise((resolve) => entrance.close(resolve))
  return { url: toUrl(HOST, entrance, port), leave }
}

function toListenError(error: unknown, { HOST }: Config, port: number): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  const reason = code === 'EADDRINUSE' ? 'another program is using it' : toMessage(error)
  return new AppError('conflict', `Can't listen on port ${port} of ${HOST} (${reason}). Set PORT to a free port.`)
}

const wildcardHosts = ['0.0.0.0', '::', null]

const toUrl = (host: string | null, server: NetServer, port: number): string => {
  const address = server.address()
  const name = wildcardHosts.includes(host) ? '127.0.0.1' : (host ?? '')
  return `http://${name.includes(':') ? `[${name}]` : name}:${typeof address === 'object' ? (address?.port ?? port) : port}`
}

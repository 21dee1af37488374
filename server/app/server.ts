import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { setGlobalOrigin } from 'undici'
import { Accounts } from '../accounts/accounts.ts'
import { loadSecrets } from '../accounts/secrets.ts'
import { toAllowedHosts } from '../api/hosts.ts'
import type { PageHandler } from '../api/pages.ts'
import { type ApiOptions, createServer } from '../api/server.ts'
import type { Config } from '../config.ts'
import { AppError, toMessage } from '../errors.ts'
import { openRequests } from '../jobs/requests.ts'
import type { AppContext, Module } from './module.ts'
import type { Prices } from './prices.ts'

const minStopDelayMs = 250

/** Starts the HTTP server of the roles. On stop it keeps serving, not ready, for STOP_DELAY_SECONDS. */
export async function startServer(
  { config, log, warehouse, upstreams, stopping }: AppContext,
  { prices, pages }: { prices: Prices | null; pages: { handle: PageHandler } | null },
): Promise<Module & { url: string }> {
  const { db, connection, acceptsConnections } = warehouse
  const isApi = config.ROLES.includes('api')
  const [secret] = isApi ? loadSecrets({ given: config.AUTH_SECRETS, dataDir: config.DATA_DIR }) : []
  const requests = openRequests(connection, log)
  const server = await createServer({
    ...toServerOptions(config),
    db,
    log,
    acceptsConnections,
    mode: upstreams.mode,
    api: isApi,
    accounts: secret === undefined ? null : new Accounts({ db, secret }),
    requestRun: requests.request,
    hub: prices?.hub ?? null,
    readClock: () => upstreams.clock.report(),
    produced: prices?.readProducer ?? null,
    pages: pages?.handle ?? null,
    isStopping: () => stopping.aborted,
  })
  const stop = async () => {
    if (isApi && server.server.listening) await setTimeout(Math.max(config.STOP_DELAY_SECONDS * 1000, minStopDelayMs))
    await server.close()
    await requests.close()
  }
  try {
    const url = await listen(server, config)
    // Pages request relative paths of the API, in the browser and while the server renders them.
    setGlobalOrigin(url)
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type ServerSettings =
  | 'corsOrigins'
  | 'trustedProxies'
  | 'allowedHosts'
  | 'requestLimits'
  | 'rateLimits'
  | 'metricsToken'
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
  streamLimits: {
    clients: config.STREAM_MAX_CLIENTS,
    clientsPerAddress: config.STREAM_MAX_CLIENTS_PER_IP,
    messageBytes: config.STREAM_MAX_MESSAGE_BYTES,
    messagesPerSecond: config.STREAM_MAX_MESSAGES_PER_SECOND,
  },
})

async function listen(server: FastifyInstance, { PORT, HOST }: Config): Promise<string> {
  try {
    await server.listen({ port: PORT, host: HOST ?? '127.0.0.1' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const reason = code === 'EADDRINUSE' ? 'another program is using it' : toMessage(error)
    throw new AppError('conflict', `Can't listen on port ${PORT} of ${HOST} (${reason}). Set PORT to a free port.`)
  }
  const address = server.server.address()
  return toUrl(HOST, typeof address === 'object' && address !== null ? address.port : PORT)
}

const wildcardHosts = ['0.0.0.0', '::', null]

const toUrl = (host: string | null, port: number): string => {
  const name = wildcardHosts.includes(host) ? '127.0.0.1' : (host ?? '')
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

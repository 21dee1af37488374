import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify'
import type { ClockReport } from '../../contract/clock.ts'
import type { Mode } from '../../contract/units.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { systemClock } from '../clock.ts'
import type { Hub } from '../live/hub.ts'
import type { Log } from '../log.ts'
import type { Channels } from '../notifications/channels.ts'
import type { Db } from '../warehouse/db.ts'
import { findWarehouseVersion } from '../warehouse/pipeline.ts'
import type { SqlRunner } from '../warehouse/sql-runner.ts'
import { DetailReader, type FetchDetails } from './coin-details.ts'
import { ConnectionLimiter, type StreamLimits } from './connection-limiter.ts'
import { type AllowedHosts, checkHosts } from './hosts.ts'
import { createMetrics, type MetricSources } from './metrics.ts'
import { cachePages } from './page-cache.ts'
import type { PageHandler } from './pages.ts'
import { type AccessPolicy, type ApiAccess, checkReads, createApiAccess, toSignIn } from './plugins/api-access.ts'
import { type Authentication, createAuthentication } from './plugins/authentication.ts'
import { acceptEmptyBodies, checkOrigin, noStore } from './plugins/bodies.ts'
import { documentRoutes } from './plugins/documentation.ts'
import { answerEarlyError, answerErrors, answerNotFound } from './plugins/errors.ts'
import { guardMetrics } from './plugins/metrics-guard.ts'
import { limitRates, type RateLimits } from './plugins/rate-limits.ts'
import { registerSecurityHeaders, toPagePolicy } from './plugins/security-headers.ts'
import { cacheBySnapshot } from './plugins/snapshot-cache.ts'
import { Proxies } from './proxies.ts'
import { type RequestLimits, toServerOptions } from './request-limits.ts'
import { accountRoutes } from './routes/account.ts'
import { administrationRoutes } from './routes/administration.ts'
import { alertRoutes } from './routes/alerts.ts'
import { analyticsRoutes } from './routes/analytics.ts'
import { analyticsWindowRoutes } from './routes/analytics-window.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { authRoutes } from './routes/auth.ts'
import { chartRoutes } from './routes/charts.ts'
import { coingeckoKeyHeaders, coingeckoRoutes } from './routes/coingecko.ts'
import { coinRoutes } from './routes/coins.ts'
import { compareRoutes } from './routes/compare.ts'
import { currencyRoutes } from './routes/currencies.ts'
import { emailLinkRoutes } from './routes/email-links.ts'
import { exportRoutes } from './routes/export.ts'
import { healthRoutes } from './routes/health.ts'
import type { RequestRun } from './routes/job-control.ts'
import { liveRoutes } from './routes/live.ts'
import { logoRoutes } from './routes/logos.ts'
import { marketRoutes } from './routes/market.ts'
import { marketFigureRoutes, marketShareRoutes } from './routes/market-figures.ts'
import { mcpRoutes } from './routes/mcp.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { pipelineRoutes } from './routes/pipeline.ts'
import { portfolioBalanceRoutes } from './routes/portfolio-balance.ts'
import { portfolioClassicRoutes } from './routes/portfolio-classic.ts'
import { portfolioExportRoutes } from './routes/portfolio-export.ts'
import { portfolioImportRoutes } from './routes/portfolio-imports.ts'
import { portfolioShareRoutes } from './routes/portfolio-shares.ts'
import { portfolioTransactionRoutes } from './routes/portfolio-transactions.ts'
import { portfolioRoutes } from './routes/portfolios.ts'
import { qualityRoutes } from './routes/quality.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { sqlRoutes } from './routes/sql.ts'
import { udfRoutes } from './routes/udf.ts'
import { watchlistRoutes } from './routes/watchlist.ts'
import { servePrices } from './sockets.ts'
import { createVersionReader } from './warehouse-version.ts'

export type ApiOptions = {
  db: Db
  /** Where market data is read from, a replica. Absent: `db`. */
  reads?: Db
  /** Can a new database connection be opened? Absent: not checked. */
  acceptsConnections?: () => Promise<boolean>
  mode: Mode
  log: Log
  corsOrigins: string[]
  /** Addresses of proxies whose X-Forwarded headers count. */
  trustedProxies: string[]
  allowedHosts: AllowedHosts
  requestLimits: RequestLimits
  rateLimits: RateLimits
  streamLimits: StreamLimits
  /** Null: only this machine may read the metrics. */
  metricsToken: string | null
  /** Annual, a fraction. Absent: 0. */
  riskFreeRate?: number
  /** False: probes only. */
  api: boolean
  /** Null: no accounts and no routes that need a sign-in. */
  accounts: Accounts | null
  /** Who may read without an account. Absent: everyone. */
  apiAccess?: AccessPolicy
  /** Notification channels. Absent or null: none. */
  channels?: Channels | null
  /** Runs read-only SQL. Absent or null: off. */
  sql?: SqlRunner | null
  /** Queues a run of a job for an administrator. */
  requestRun: RequestRun
  /** Null: no price stream. */
  hub: Hub | null
  /** Fetches details of coins, up to so many a minute. Absent: only stored ones. */
  details?: { fetch: FetchDetails; maxPerMinute: number }
  /** Accuracy of this machine's clock. Absent: unknown. */
  readClock?: () => ClockReport
  /** Report of the price producer in this process. Absent: none. */
  produced?: MetricSources['produced']
  /** Null: no web app. */
  pages: PageHandler | null
  /** True once a stop was requested. The server is then not ready but still serves. */
  isStopping: () => boolean
}

const readme = new URL('../../README.md', import.meta.url)
/** For OpenBB, which asks a custom backend for its widgets. */
const widgets = new URL('../../integrations/openbb/widgets.json', import.meta.url)
const maxStopMs = 5000

/** By default Ajv skips the bounds of an infinite number, such as `1e309`. */
const checkInfinity = { strictNumbers: false }

/** The HTTP server with API, documentation, probes, price stream and web app. Not yet listening. */
export async function createServer(options: ApiOptions): Promise<FastifyInstance> {
  const { db, reads = db, mode, hub, pages, accounts } = options
  const proxies = new Proxies(options.trustedProxies)
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    childLoggerFactory: (log) => log,
    trustProxy: proxies.isTrusted,
    routerOptions: { maxParamLength: 300 },
    ajv: { customOptions: checkInfinity },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: answerEarlyError,
    ...toServerOptions(options.requestLimits),
  }).withTypeProvider<TypeBoxTypeProvider>()
  logRequests(app)
  answerErrors(app)
  await registerSecurity(app, options)
  await documentRoutes(app)
  const getVersion = createVersionReader(() => findWarehouseVersion(reads))
  cacheBySnapshot(app, getVersion)
  const servePage = pages && cachePages(pages, getVersion)
  const auth = accounts && (await createAuthentication(app, accounts.sessions))
  const access = accounts && auth && createApiAccess(app, { policy: options.apiAccess ?? 'open', accounts, auth })
  const metrics = createMetrics({ hub, produced: options.produced ?? null, db: options.api ? db : null })
  const mayReadMetrics = guardMetrics({ token: options.metricsToken, auth })
  const { acceptsConnections = async () => true, readClock, isStopping } = options
  const health = { db, acceptsConnections, mode, hub, readClock, metrics, mayReadMetrics, isStopping }
  await app.register(healthRoutes, health)
  if (options.api) {
    const { riskFreeRate = 0 } = options
    const details = toDetailReader(options)
    await app.register(serveReads, { prefix: '/api/v1', db: reads, mode, access, details, riskFreeRate })
    await app.register(exportRoutes, { prefix: '/api/v1', db: reads, access })
    await app.register(coingeckoRoutes, { prefix: '/api/v3', db: reads, access })
    await app.register(mcpRoutes, { access, corsOrigins: options.corsOrigins })
    await app.register(udfRoutes, { prefix: '/api/udf', db: reads, access })
    if (accounts !== null && auth !== null && access !== null)
      await app.register(serveAccounts, { prefix: '/api/v1', ...options, accounts, auth, access })
  }
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/api/docs', 308))
  app.get('/widgets.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await readFile(widgets)),
  )
  app.get('/api/readme', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(await readFile(readme)),
  )
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/api/')
    if (servePage === null || !isPage) return answerNotFound(request, reply)
    const signIn = access && (await toSignIn(request, access))
    if (signIn) return reply.redirect(signIn, 303)
    reply.raw.setHeader('content-security-policy', toPagePolicy())
    reply.hijack()
    return servePage(request.raw, reply.raw)
  })
  if (hub !== null && options.api) await serveStream(app, hub, proxies, { ...options, access })
  limitStop(app)
  return app
}

/** Registers the checks of every request, in this order, ahead of its route. */
async function registerSecurity(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { corsOrigins, allowedHosts, rateLimits, isStopping } = options
  app.addHook('onRequest', async (_request, { raw }) => {
    if (isStopping()) raw.setHeader('connection', 'close')
  })
  await registerSecurityHeaders(app)
  await app.register(cors, {
    origin: corsOrigins.length === 0 ? false : corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization', 'x-api-key', ...coingeckoKeyHeaders],
    credentials: true,
    maxAge: 600,
  })
  checkHosts(app, allowedHosts)
  await limitRates(app, rateLimits)
}

async function serveStream(
  app: FastifyInstance,
  hub: Hub,
  proxies: Proxies,
  { corsOrigins: origins, allowedHosts, streamLimits, access }: ApiOptions & { access: ApiAccess | null },
): Promise<void> {
  const limiter = new ConnectionLimiter(streamLimits)
  const streams = new Set<ServerResponse>()
  await app.register(liveRoutes, { prefix: '/api/v1', hub, limiter, streams, access })
  const sockets = servePrices(app.server, hub, { origins, limiter, proxies, allowedHosts, access })
  app.addHook('preClose', async () => {
    await sockets.close()
    for (const stream of streams) stream.end()
  })
}

type ReadOptions = { db: Db; mode: Mode; access: ApiAccess | null; details: DetailReader; riskFreeRate: number }

const toDetailReader = ({ db, details }: ApiOptions): DetailReader =>
  new DetailReader({ db, clock: systemClock, fetch: details?.fetch ?? null, maxPerMinute: details?.maxPerMinute ?? 0 })

/** Routes with market data, for everyone or only for API keys and sessions. */
const serveReads: FastifyPluginAsync<ReadOptions> = async (app, options) => {
  const { db, mode, access, details, riskFreeRate } = options
  checkReads(app, access)
  await app.register(coinRoutes, { db, details })
  await app.register(chartRoutes, { db })
  await app.register(currencyRoutes, { db })
  await app.register(logoRoutes, { db })
  await app.register(analyticsRoutes, { db })
  await app.register(compareRoutes, { db, riskFreeRate })
  await app.register(analyticsWindowRoutes, { db, riskFreeRate })
  await app.register(marketRoutes, { db, mode })
  await app.register(marketFigureRoutes, { db })
  await app.register(marketShareRoutes, { db })
  await app.register(pipelineRoutes, { db })
  await app.register(qualityRoutes, { db })
}

type AccountRouteOptions = Pick<ApiOptions, 'db' | 'sql' | 'channels' | 'requestRun' | 'corsOrigins'> & {
  accounts: Accounts
  auth: Authentication
  access: ApiAccess
}

/** Routes with personal data: never cached, and changes only from allowed origins. */
const serveAccounts: FastifyPluginAsync<AccountRouteOptions> = async (app, options) => {
  const { db, requestRun, corsOrigins, accounts, auth, access } = options
  acceptEmptyBodies(app)
  app.addHook('onRequest', noStore)
  app.addHook('onRequest', checkOrigin(corsOrigins))
  await app.register(authRoutes, { prefix: '/auth', accounts, auth })
  await app.register(accountRoutes, { prefix: '/auth', accounts, auth })
  await app.register(sessionRoutes, { prefix: '/auth', sessions: accounts.sessions, auth })
  await app.register(emailLinkRoutes, { prefix: '/auth', links: accounts.links, auth })
  await app.register(apiKeyRoutes, { prefix: '/auth', keys: accounts.keys, auth })
  await app.register(watchlistRoutes, { db, auth })
  await app.register(notificationRoutes, { db, auth, channels: options.channels ?? null })
  await app.register(sqlRoutes, { sql: options.sql ?? null, access })
  await app.register(alertRoutes, { db, auth })
  await app.register(portfolioRoutes, { db, auth })
  await app.register(portfolioTransactionRoutes, { db, auth })
  await app.register(portfolioShareRoutes, { db, auth })
  await app.register(portfolioBalanceRoutes, { db, auth })
  await app.register(portfolioClassicRoutes, { db, auth })
  await app.register(portfolioExportRoutes, { db, auth })
  await app.register(portfolioImportRoutes, { db, auth })
  await app.register(administrationRoutes, { db, auth, access, requestRun })
}

/**
 * On close, waits for requests in progress and drops connections that are still open after 5 s. Node treats a
 * connection as idle once its response is written, even while a slow client reads it, so close waits for those first.
 */
function limitStop(app: FastifyInstance): void {
  const open = new Set<ServerResponse>()
  app.server.on('request', (_request, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
  })
  const listUnsent = () => [...open].filter(({ writableEnded, writableFinished }) => writableEnded && !writableFinished)
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), maxStopMs).unref()
    for (let unsent = listUnsent(); unsent.length > 0; unsent = listUnsent())
      await Promise.all(unsent.map((response) => once(response, 'close')))
  })
}

function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request
    const ms = Math.round(reply.elapsedTime * 10) / 10
    request.log.debug({ reqId: request.id, method, url, status: reply.statusCode, ms }, 'request')
  })
}

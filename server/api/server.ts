import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { ClockReport } from '../../contract/clock.ts'
import type { Mode } from '../../contract/units.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Hub } from '../live/hub.ts'
import type { Log } from '../log.ts'
import type { Db } from '../warehouse/db.ts'
import { findWarehouseVersion } from '../warehouse/pipeline.ts'
import { type RequestLimits, toServerOptions } from './connections.ts'
import { watchConnections } from './drain.ts'
import { type AllowedHosts, refuseForeignHosts } from './hosts.ts'
import { createMetrics, type MetricSources } from './metrics.ts'
import { Occupancy, type StreamLimits } from './occupancy.ts'
import type { PageHandler } from './pages.ts'
import { type Authentication, createAuthentication } from './plugins/authentication.ts'
import { allowPageScripts, ruleBrowsers } from './plugins/browser-rules.ts'
import { documentRoutes } from './plugins/documentation.ts'
import { answerEarlyError, answerErrors, answerNotFound } from './plugins/errors.ts'
import { guardMetrics } from './plugins/metrics-guard.ts'
import { limitRates, type RateLimits } from './plugins/rate-limits.ts'
import { cacheBySnapshot } from './plugins/snapshot-cache.ts'
import { Proxies } from './proxies.ts'
import { administrationRoutes, type RequestRun } from './routes/administration.ts'
import { analyticsRoutes } from './routes/analytics.ts'
import { authRoutes } from './routes/auth.ts'
import { coinRoutes } from './routes/coins.ts'
import { healthRoutes } from './routes/health.ts'
import { liveRoutes } from './routes/live.ts'
import { marketRoutes } from './routes/market.ts'
import { pipelineRoutes } from './routes/pipeline.ts'
import { qualityRoutes } from './routes/quality.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { watchlistRoutes } from './routes/watchlist.ts'
import { servePrices } from './sockets.ts'

export type ApiOptions = {
  db: Db
  /** Can a new connection to the database be made? Absent: it is not asked for. */
  acceptsConnections?: () => Promise<boolean>
  mode: Mode
  log: Log
  corsOrigins: string[]
  /** Addresses whose X-Forwarded headers are believed. */
  trustedProxies: string[]
  allowedHosts: AllowedHosts
  requestLimits: RequestLimits
  rateLimits: RateLimits
  streamLimits: StreamLimits
  /** Null: this machine may read the metrics. */
  metricsToken: string | null
  /** False: probes only. */
  api: boolean
  /** Null: this process serves no accounts, nor what needs a sign-in. */
  accounts: Accounts | null
  /** How an administrator asks for a run of a job. */
  requestRun: RequestRun
  /** Null: this process knows nothing of the live market. */
  hub: Hub | null
  /** How right the clock of this machine is; absent: not known. */
  readClock?: () => ClockReport
  /** What this process produces; absent: nothing. */
  produced?: MetricSources['produced']
  /** Null: this process does not serve the web app. */
  pages: PageHandler | null
  /** Is this process about to stop? It is not ready then, and goes on serving until it is closed. */
  isStopping: () => boolean
}

const readme = new URL('../../README.md', import.meta.url)
const answersWithinMs = 5000

/** By default the bounds of a number are not looked at when it is infinite, and `1e309` is. */
const checkInfinity = { strictNumbers: false }

/** The HTTP server: API, documentation, probes, price stream, and the web app for what is left. Not yet listening. */
export async function createServer(options: ApiOptions): Promise<FastifyInstance> {
  const { db, mode, hub, pages, accounts } = options
  const proxies = new Proxies(options.trustedProxies)
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: proxies.count > 0 && ((address: string) => proxies.isTrusted(address)),
    routerOptions: { maxParamLength: 300 },
    ajv: { customOptions: checkInfinity },
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors: answerEarlyError,
    ...toServerOptions(options.requestLimits),
  }).withTypeProvider<TypeBoxTypeProvider>()
  const connections = watchConnections(app.server)
  logRequests(app)
  answerErrors(app)
  await guardDoors(app, options)
  await documentRoutes(app)
  cacheBySnapshot(app, () => findWarehouseVersion(db))
  const auth = accounts && createAuthentication(app, accounts)
  const metrics = createMetrics({ hub, produced: options.produced ?? null, db: options.api ? db : null })
  const mayReadMetrics = guardMetrics({ token: options.metricsToken, auth })
  const { acceptsConnections = async () => true, readClock, isStopping } = options
  const health = { db, acceptsConnections, mode, hub, readClock, metrics, mayReadMetrics, isStopping }
  await app.register(healthRoutes, health)
  if (options.api) {
    await app.register(coinRoutes, { prefix: '/api/v1', db })
    await app.register(analyticsRoutes, { prefix: '/api/v1', db })
    await app.register(marketRoutes, { prefix: '/api/v1', db, mode })
    await app.register(pipelineRoutes, { prefix: '/api/v1', db })
    await app.register(qualityRoutes, { prefix: '/api/v1', db })
    if (accounts !== null && auth !== null) await serveAccounts(app, accounts, auth, options)
  }
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/api/docs', 308))
  app.get('/api/readme', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(await readFile(readme)),
  )
  app.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/api/')
    if (pages === null || !isPage) return answerNotFound(request, reply)
    allowPageScripts(request, reply)
    reply.hijack()
    return pages(request.raw, reply.raw)
  })
  if (hub !== null && options.api) await serveStream(app, hub, proxies, options)
  app.addHook('preClose', async () => connections.finish(answersWithinMs))
  return app
}

/** What every request passes, in this order, before it reaches a route. */
async function guardDoors(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { corsOrigins, allowedHosts, rateLimits, isStopping } = options
  app.addHook('onRequest', async (_request, { raw }) => {
    if (isStopping()) raw.setHeader('connection', 'close')
  })
  await ruleBrowsers(app)
  await app.register(cors, {
    origin: corsOrigins.length === 0 ? false : corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization'],
    credentials: true,
    maxAge: 600,
  })
  refuseForeignHosts(app, allowedHosts)
  await limitRates(app, rateLimits)
}

async function serveStream(
  app: FastifyInstance,
  hub: Hub,
  proxies: Proxies,
  { corsOrigins: origins, allowedHosts, streamLimits }: ApiOptions,
): Promise<void> {
  const occupancy = new Occupancy(streamLimits)
  const streams = new Set<ServerResponse>()
  await app.register(liveRoutes, { prefix: '/api/v1', hub, occupancy, streams })
  const sockets = servePrices(app.server, hub, { origins, occupancy, proxies, allowedHosts })
  app.addHook('preClose', async () => {
    await sockets.close()
    for (const stream of streams) stream.end()
  })
}

async function serveAccounts(
  app: FastifyInstance,
  accounts: Accounts,
  auth: Authentication,
  { db, requestRun, corsOrigins: origins }: ApiOptions,
): Promise<void> {
  await app.register(authRoutes, { prefix: '/api/v1/auth', accounts, auth, origins })
  await app.register(sessionRoutes, { prefix: '/api/v1/auth', sessions: accounts.sessions, auth, origins })
  await app.register(watchlistRoutes, { prefix: '/api/v1', db, auth })
  await app.register(administrationRoutes, { prefix: '/api/v1', db, auth, requestRun })
}

function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request
    const ms = Math.round(reply.elapsedTime * 10) / 10
    request.log.debug({ method, url, status: reply.statusCode, ms }, 'request')
  })
}

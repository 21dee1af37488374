import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Mode } from '../../contract/units.ts'
import packageFacts from '../../package.json' with { type: 'json' }
import type { Accounts } from '../accounts/accounts.ts'
import type { Hub } from '../live/hub.ts'
import type { Log } from '../log.ts'
import type { Db } from '../warehouse/db.ts'
import { findWarehouseVersion } from '../warehouse/pipeline.ts'
import { createMetrics, type StreamSigns } from './metrics.ts'
import { Occupancy, type StreamLimits } from './occupancy.ts'
import type { PageHandler } from './pages.ts'
import { createAuthentication } from './plugins/authentication.ts'
import { answerEarlyError, answerErrors, answerNotFound } from './plugins/errors.ts'
import { cacheBySnapshot } from './plugins/snapshot-cache.ts'
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
  mode: Mode
  log: Log
  corsOrigins: string[]
  /** Addresses whose X-Forwarded headers are believed. */
  trustedProxies: string[]
  streamLimits: StreamLimits
  /** False: probes only. */
  api: boolean
  /** Null: this process serves no accounts, nor what needs a sign-in. */
  accounts: Accounts | null
  /** How an administrator asks for a run of a job. */
  requestRun: RequestRun
  /** Null: this process knows nothing of the live market. */
  hub: Hub | null
  /** What this process produces; absent: nothing. */
  produced?: StreamSigns['produced']
  /** Null: this process does not serve the web app. */
  pages: PageHandler | null
}

const contentSecurity = {
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'unsafe-inline'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'https://coin-images.coingecko.com', 'https://assets.coingecko.com'],
    upgradeInsecureRequests: null,
  },
}

/** The HTTP server: API, documentation, probes, price stream, and the web app for what is left. Not yet listening. */
export async function createServer(options: ApiOptions): Promise<FastifyInstance> {
  const { db, mode, hub, pages } = options
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 64 * 1024,
    trustProxy: options.trustedProxies.length === 0 ? false : options.trustedProxies,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    frameworkErrors: answerEarlyError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  logRequests(app)
  answerErrors(app)
  await app.register(helmet, { contentSecurityPolicy: contentSecurity, strictTransportSecurity: false })
  await app.register(cors, {
    origin: options.corsOrigins.length === 0 ? false : options.corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization'],
    credentials: true,
    maxAge: 600,
  })
  await document(app)
  cacheBySnapshot(app, () => findWarehouseVersion(db))
  const metrics = createMetrics({ hub, produced: options.produced ?? null })
  await app.register(healthRoutes, { db, mode, hub, metrics })
  if (options.api) {
    await app.register(coinRoutes, { prefix: '/api/v1', db })
    await app.register(analyticsRoutes, { prefix: '/api/v1', db })
    await app.register(marketRoutes, { prefix: '/api/v1', db, mode })
    await app.register(pipelineRoutes, { prefix: '/api/v1', db })
    await app.register(qualityRoutes, { prefix: '/api/v1', db })
    await serveAccounts(app, options)
  }
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/api/docs', 308))
  app.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/api/')
    if (pages === null || !isPage) return answerNotFound(request, reply)
    reply.hijack()
    return pages(request.raw, reply.raw)
  })
  if (hub !== null && options.api) {
    const occupancy = new Occupancy(options.streamLimits)
    await app.register(liveRoutes, { prefix: '/api/v1', hub, occupancy })
    const sockets = servePrices(app.server, hub, { origins: options.corsOrigins, occupancy })
    app.addHook('preClose', sockets.close)
  }
  return app
}

async function serveAccounts(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { db, accounts, requestRun, corsOrigins: origins } = options
  if (accounts === null) return
  const auth = createAuthentication(app, accounts)
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

async function document(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CryptoFlow',
        version: packageFacts.version,
        description:
          'Your own crypto market warehouse. Errors are `{error: {code, message, request_id}, detail}`. ' +
          'Live prices: `WS /api/v1/ws/prices`.',
        license: { name: packageFacts.license },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs' })
}

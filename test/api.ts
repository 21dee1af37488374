import type { FastifyInstance } from 'fastify'
import type { RequestLimits } from '../server/api/request-limits.ts'
import { type ApiOptions, createServer } from '../server/api/server.ts'
import type { Db } from '../server/warehouse/db.ts'
import { quietLog } from './database.ts'

/** The defaults of the settings. */
export const defaultLimits: RequestLimits = {
  bodyBytes: 102_400,
  headerBytes: 16_384,
  headersWithinMs: 10_000,
  requestWithinMs: 30_000,
}

/** The HTTP server of a warehouse, not listening. By default a demo without stream and pages. */
export const createApi = (db: Db, options: Partial<ApiOptions> = {}): Promise<FastifyInstance> =>
  createServer({
    db,
    mode: 'demo',
    log: quietLog,
    corsOrigins: [],
    trustedProxies: [],
    allowedHosts: null,
    requestLimits: defaultLimits,
    rateLimits: { requestsPerMinute: 0, costlyPerMinute: 0 },
    metricsToken: null,
    streamLimits: { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 },
    api: true,
    accounts: null,
    requestRun: async () => undefined,
    hub: null,
    pages: null,
    isStopping: () => false,
    ...options,
  })

import type { FastifyInstance } from 'fastify'
import { type ApiOptions, createServer } from '../server/api/server.ts'
import type { Db } from '../server/warehouse/db.ts'
import { quietLog } from './database.ts'

/** The HTTP server over a warehouse, not yet listening; a demo without stream and pages unless `options` say more. */
export const createApi = (db: Db, options: Partial<ApiOptions> = {}): Promise<FastifyInstance> =>
  createServer({
    db,
    mode: 'demo',
    log: quietLog,
    corsOrigins: [],
    trustedProxies: [],
    streamLimits: { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 },
    api: true,
    accounts: null,
    requestRun: async () => undefined,
    hub: null,
    pages: null,
    ...options,
  })

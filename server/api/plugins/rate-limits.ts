import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { isFromThisMachine } from '../hosts.ts'

const windowMs = 60_000
const addressesHeld = 20_000
const bitsOfNetwork = 64

/** Requests of one address in a minute. 0: no limit. */
export type RateLimits = {
  requestsPerMinute: number
  /** To each of the routes that are marked `costly`. */
  costlyPerMinute: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True: the route takes a hash or a large query, and has a limit of its own. */
    costly?: true
  }
}

type Check = (request: FastifyRequest) => Promise<void>

/** Counts by address (IPv6: by /64), in this process. */
function limitTo(app: FastifyInstance, max: number, options: Partial<RateLimitOptions> = {}): Check {
  if (max === 0) return async () => undefined
  const count = app.createRateLimit({ max, timeWindow: windowMs, ...options })
  return async (request) => {
    const limit = await count(request)
    if (limit.isAllowed || !limit.isExceeded) return
    const retryAfterSeconds = limit.ttlInSeconds
    throw new AppError('rate_limited', `Too many requests: try again in ${retryAfterSeconds} seconds`, {
      details: { retryAfterSeconds },
    })
  }
}

/**
 * Limits what one address may ask for, found or not. What this machine itself asks for is not counted: pages that are
 * rendered here ask on behalf of all their readers.
 */
export async function limitRates(app: FastifyInstance, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, { global: false, cache: addressesHeld, ipv6Subnet: bitsOfNetwork })
  const checkAll = limitTo(app, limits.requestsPerMinute)
  const checkCostly = limitTo(app, limits.costlyPerMinute, {
    keyGenerator: (request) => `${rateLimit.normalizeIP(request.ip, bitsOfNetwork)} ${request.routeOptions.url}`,
  })
  app.addHook('onRequest', async (request) => {
    if (isFromThisMachine(request)) return
    await checkAll(request)
    if (request.routeOptions.config.costly === true) await checkCostly(request)
  })
}

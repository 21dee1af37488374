import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { isFromThisMachine } from '../hosts.ts'

const windowMs = 60_000
const addressesHeld = 20_000
const bitsOfNetwork = 64
/** A table of 100 coins loads as many logos once. */
const imagesPerRequest = 10

/** Requests per minute and address. 0: no limit. */
export type RateLimits = {
  requestsPerMinute: number
  /** Limit of each `costly` route. */
  costlyPerMinute: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True: the route hashes a password or runs a large query, and has its own limit. */
    costly?: true
    /** True: an image, of which a page loads many. Counted apart, with a higher limit. */
    image?: true
  }
}

type Check = (request: FastifyRequest) => Promise<void>

/** Counts requests per address (IPv6: per /64) in this process. */
const limitTo = (app: FastifyInstance, max: number, options: Partial<RateLimitOptions> = {}): Check =>
  max === 0 ? async () => undefined : limitBy(app, { max, ...options })

/** Counts requests per minute and key of the options in this process. */
export function limitBy(app: FastifyInstance, options: Partial<RateLimitOptions>): Check {
  const count = app.createRateLimit({ timeWindow: windowMs, ...options })
  return async (request) => {
    const limit = await count(request)
    if (limit.isAllowed || !limit.isExceeded) return
    const retryAfterSeconds = limit.ttlInSeconds
    throw new AppError('rate_limited', `Too many requests. Try again in ${retryAfterSeconds} seconds.`, {
      details: { retryAfterSeconds },
    })
  }
}

/**
 * Limits requests per address, including those for unknown paths. Direct requests from this machine don't count: server
 * rendering sends them for all visitors.
 */
export async function limitRates(app: FastifyInstance, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, { global: false, cache: addressesHeld, ipv6Subnet: bitsOfNetwork })
  const checkAll = limitTo(app, limits.requestsPerMinute)
  const checkCostly = limitTo(app, limits.costlyPerMinute, {
    keyGenerator: (request) => `${rateLimit.normalizeIP(request.ip, bitsOfNetwork)} ${request.routeOptions.url}`,
  })
  const checkImages = limitTo(app, limits.requestsPerMinute * imagesPerRequest, {
    keyGenerator: (request) => `${rateLimit.normalizeIP(request.ip, bitsOfNetwork)} images`,
  })
  app.addHook('onRequest', async (request) => {
    if (isFromThisMachine(request)) return
    const { costly, image } = request.routeOptions.config
    await (image === true ? checkImages(request) : checkAll(request))
    if (costly === true) await checkCostly(request)
  })
}

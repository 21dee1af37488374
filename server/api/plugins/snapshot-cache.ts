import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isKnown, toEtag } from '../etag.ts'

const maxBodies = 500

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * True: the response changes only when the pipeline writes. False: it may change at any time. A function decides
     * per request.
     */
    bySnapshot?: boolean | ((request: FastifyRequest) => boolean)
  }
}

const isBySnapshot = (request: FastifyRequest): boolean | undefined => {
  const { bySnapshot } = request.routeOptions.config
  return typeof bySnapshot === 'function' ? bySnapshot(request) : bySnapshot
}

const toCached = (payload: string | Buffer): Cached => {
  const body = Buffer.from(payload)
  return { body, etag: toEtag(body) }
}

type Cached = { body: Buffer; etag: string }

/**
 * Caches the serialized responses of `bySnapshot` routes until the version of the warehouse changes. Responds to a
 * matching If-None-Match with 304.
 */
export function cacheBySnapshot(app: FastifyInstance, getVersion: () => Promise<string>): void {
  let cachedVersion = ''
  const bodies = new Map<string, Cached>()
  const versions = new WeakMap<FastifyRequest, string>()

  app.addHook('preHandler', async (request, reply) => {
    if (isBySnapshot(request) !== true) return
    const current = await getVersion()
    if (current !== cachedVersion) bodies.clear()
    cachedVersion = current
    versions.set(request, current)
    const cached = bodies.get(request.url)
    if (cached !== undefined) await reply.header('content-type', 'application/json; charset=utf-8').send(cached.body)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload
    const bySnapshot = isBySnapshot(request)
    if (bySnapshot === undefined) return payload
    const known = bodies.get(request.url)
    const cached = known !== undefined && known.body === payload ? known : toCached(payload)
    if (versions.get(request) === cachedVersion && bodies.size < maxBodies) bodies.set(request.url, cached)
    reply.headers({ etag: cached.etag, 'cache-control': bySnapshot ? 'public, max-age=5' : 'no-cache' })
    if (!isKnown(request.headers['if-none-match'], cached.etag)) return cached.body
    reply.code(304)
    // The length in a response to HEAD is that of the body.
    return request.method === 'HEAD' ? cached.body : null
  })
}

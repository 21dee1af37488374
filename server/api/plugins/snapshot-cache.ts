import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { systemClock } from '../../clock.ts'

const versionForMs = 250
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

type Cached = { body: string; etag: string }

/**
 * Caches the serialized responses of `bySnapshot` routes until the version of the warehouse changes. Responds to a
 * matching If-None-Match with 304. `getVersion` is called up to four times per second, so a response is at most 250 ms
 * older than the warehouse, in every process. `elapsed`: ms on a monotonic clock.
 */
export function cacheBySnapshot(
  app: FastifyInstance,
  getVersion: () => Promise<string>,
  elapsed: () => number = systemClock.elapsed,
): void {
  let version: { value: Promise<string>; at: number } | undefined
  let cachedVersion = ''
  const bodies = new Map<string, Cached>()
  const versions = new WeakMap<FastifyRequest, string>()

  const currentVersion = (): Promise<string> => {
    if (version === undefined || elapsed() - version.at > versionForMs) {
      version = { value: getVersion(), at: elapsed() }
      version.value.catch(() => {
        version = undefined
      })
    }
    return version.value
  }

  app.addHook('preHandler', async (request, reply) => {
    if (isBySnapshot(request) !== true) return
    const current = await currentVersion()
    if (current !== cachedVersion) bodies.clear()
    cachedVersion = current
    versions.set(request, current)
    const cached = bodies.get(request.url)
    if (cached !== undefined) await reply.header('content-type', 'application/json; charset=utf-8').send(cached.body)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || typeof payload !== 'string') return payload
    const bySnapshot = isBySnapshot(request)
    if (bySnapshot === undefined) return payload
    const cached = (bySnapshot ? bodies.get(request.url) : undefined) ?? { body: payload, etag: toEtag(payload) }
    if (versions.get(request) === cachedVersion && bodies.size < maxBodies) bodies.set(request.url, cached)
    reply.headers({ etag: cached.etag, 'cache-control': bySnapshot ? 'public, max-age=5' : 'no-cache' })
    if (!isKnown(request.headers['if-none-match'], cached.etag)) return payload
    reply.code(304)
    return null
  })
}

/**
 * Does If-None-Match, a list of tags or `*`, contain the current tag? Uses weak comparison (RFC 9110, section 13.1.2),
 * because compressing proxies make tags weak.
 */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const tags: readonly string[] = header.match(/"[^"]*"/g) ?? []
  return tags.includes(etag)
}

const toEtag = (body: string): string => `"${createHash('sha1').update(body).digest('base64url')}"`

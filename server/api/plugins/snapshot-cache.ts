import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const versionForMs = 250
const maxBodies = 500

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * True: the answer changes only with what the pipeline wrote; false: whenever it is asked. A route that gives both
     * kinds tells by the request.
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
 * Keeps the serialised answers of `bySnapshot` routes until the warehouse holds something new, and answers a matching
 * If-None-Match with 304. `getVersion` names what the warehouse holds; it is asked at most four times a second.
 */
export function cacheBySnapshot(app: FastifyInstance, getVersion: () => Promise<string>): void {
  let version: { value: Promise<string>; at: number } | undefined
  let held = ''
  const bodies = new Map<string, Cached>()
  const versions = new WeakMap<FastifyRequest, string>()

  const currentVersion = (): Promise<string> => {
    if (version === undefined || Date.now() - version.at > versionForMs) {
      version = { value: getVersion(), at: Date.now() }
      version.value.catch(() => {
        version = undefined
      })
    }
    return version.value
  }

  app.addHook('preHandler', async (request, reply) => {
    if (isBySnapshot(request) !== true) return
    const current = await currentVersion()
    if (current !== held) bodies.clear()
    held = current
    versions.set(request, current)
    const cached = bodies.get(request.url)
    if (cached !== undefined) await reply.header('content-type', 'application/json; charset=utf-8').send(cached.body)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || typeof payload !== 'string') return payload
    const bySnapshot = isBySnapshot(request)
    if (bySnapshot === undefined) return payload
    const cached = (bySnapshot ? bodies.get(request.url) : undefined) ?? { body: payload, etag: toEtag(payload) }
    if (versions.get(request) === held && bodies.size < maxBodies) bodies.set(request.url, cached)
    reply.headers({ etag: cached.etag, 'cache-control': bySnapshot ? 'public, max-age=5' : 'no-cache' })
    if (!isKnown(request.headers['if-none-match'], cached.etag)) return payload
    reply.code(304)
    return null
  })
}

/**
 * Whether If-None-Match, a list of tags or `*`, names what is current. Compared weakly, as RFC 9110 says (section 13.1.2): proxies that
 * compress make a tag weak.
 */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const tags: readonly string[] = header.match(/"[^"]*"/g) ?? []
  return tags.includes(etag)
}

const toEtag = (body: string): string => `"${createHash('sha1').update(body).digest('base64url')}"`

import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

const yearSeconds = 31_536_000

type Directives = Record<string, string[]>

const common: Directives = {
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
}

const toPolicy = (directives: Directives): string =>
  Object.entries({ ...common, ...directives })
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')

/** Headers of API responses: no scripts, no frames, no content sniffing. */
export const dataHeaders = {
  'content-security-policy': toPolicy({ 'default-src': ["'none'"], 'form-action': ["'none'"] }),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** The documentation loads its own files and images inlined in its styles. */
export const documentationPolicy = toPolicy({
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
})

/** Allows scripts of this origin and inline scripts with one of these hashes. React writes inline styles. */
export const toPagePolicy = (scriptHashes: string[] = []): string =>
  toPolicy({
    'default-src': ["'self'"],
    'script-src': ["'self'", ...scriptHashes.map((hash) => `'sha256-${hash}'`)],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
  })

/** Sets the security headers of every response, and HSTS on those over TLS. */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onRequest', async ({ protocol }, { raw }) => {
    for (const [name, value] of Object.entries(dataHeaders)) raw.setHeader(name, value)
    if (protocol === 'https') raw.setHeader('strict-transport-security', `max-age=${yearSeconds}`)
  })
}

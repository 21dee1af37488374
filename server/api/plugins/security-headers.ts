import { randomBytes } from 'node:crypto'
import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const yearSeconds = 31_536_000
const nonceBytes = 16

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

/** Data run nothing, stand in no frame, and are what they say they are. */
export const dataRules = {
  'content-security-policy': toPolicy({ 'default-src': ["'none'"], 'form-action': ["'none'"] }),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** The documentation brings its own files, and images inside its styles. */
export const documentationPolicy = toPolicy({
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
})

/** Scripts of a page are files of ours, or bear its nonce; styles may stand in the markup, as React writes them. */
const toPagePolicy = (nonce: string): string =>
  toPolicy({
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https://coin-images.coingecko.com', 'https://assets.coingecko.com'],
  })

/** Gives a page its nonce, for whoever renders it too; a browser cannot choose one. */
export function allowPageScripts({ raw: request }: FastifyRequest, { raw: reply }: FastifyReply): void {
  const nonce = randomBytes(nonceBytes).toString('base64')
  const policy = toPagePolicy(nonce)
  delete request.headers['content-security-policy-report-only']
  Object.assign(request.headers, { 'content-security-policy': policy, 'x-nonce': nonce })
  reply.setHeader('content-security-policy', policy)
}

/** Tells browsers what they may do with our answers. Over TLS they are to come back over TLS. */
export async function ruleBrowsers(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onRequest', async ({ protocol }, { raw }) => {
    for (const [name, value] of Object.entries(dataRules)) raw.setHeader(name, value)
    if (protocol === 'https') raw.setHeader('strict-transport-security', `max-age=${yearSeconds}`)
  })
}

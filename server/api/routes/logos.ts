import { gzipSync } from 'node:zlib'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { CoinParams, LogoQuery } from '../../../contract/coins.ts'
import { AppError } from '../../errors.ts'
import { loadPackagedLogos, type PackagedLogo } from '../../packaged-logos.ts'
import { getCoinIds } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import { findStoredImage } from '../../warehouse/logos.ts'
import { isKnown } from '../etag.ts'

/** An image on its own runs nothing and loads nothing, also when it is opened in a tab. */
const imagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
const year = 'public, max-age=31536000, immutable'

type Logo = { type: string; body: Buffer; hash: string }

const compressed = new Map<string, Buffer>()

function compress({ body, hash }: Logo): Buffer {
  const known = compressed.get(hash) ?? gzipSync(body)
  compressed.set(hash, known)
  return known
}

const toLogo = ({ svg, hash }: PackagedLogo): Logo => ({ type: 'image/svg+xml', body: Buffer.from(svg), hash })

async function findLogo(db: Db, id: string): Promise<Logo> {
  const packaged = await loadPackagedLogos()
  const named = packaged.get(id)
  if (named !== undefined) return toLogo(named)
  const { coin_id, coingecko_id } = await getCoinIds(db, id)
  const icon = packaged.get(coingecko_id)
  if (icon !== undefined) return toLogo(icon)
  const stored = await findStoredImage(db, coin_id)
  if (stored === undefined)
    throw new AppError('not_found', `No logo of ${id} is known. Use a logo_url of /api/v1/coins.`)
  return { type: stored.content_type, body: stored.body, hash: stored.hash }
}

/** Sends a logo. With the current version in its address, browsers keep it; without, they ask again. */
function send(request: FastifyRequest<{ Querystring: LogoQuery }>, reply: FastifyReply, logo: Logo): FastifyReply {
  const { type, hash } = logo
  const etag = `W/"${hash}"`
  reply.headers({
    etag,
    'cache-control': request.query.v === hash ? year : 'no-cache',
    'content-security-policy': imagePolicy,
    vary: 'accept-encoding',
  })
  if (isKnown(request.headers['if-none-match'], `"${hash}"`)) return reply.code(304).send()
  reply.type(type)
  if (type !== 'image/svg+xml' || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
    return reply.send(logo.body)
  return reply.header('content-encoding', 'gzip').send(compress(logo))
}

export const logoRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/coins/:id/logo',
    {
      config: { image: true },
      schema: {
        summary: 'The logo of a coin: a packaged icon, otherwise the image of the source',
        tags: ['coins'],
        produces: ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif'],
        params: CoinParams,
        querystring: LogoQuery,
        response: { 304: { type: 'null', description: 'Not modified since the response with the given ETag' } },
      },
    },
    async (request, reply) => send(request, reply, await findLogo(db, request.params.id)),
  )
  done()
}

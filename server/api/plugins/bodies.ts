import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { ErrorBody, type ErrorCode, errorStatus } from '../../../contract/errors.ts'
import { AppError } from '../../errors.ts'
import { isOwnOrigin } from '../origin.ts'

/** Validates a JSON body without type coercion. Unknown fields are errors. */
export const exactBody: FastifySchemaCompiler<TSchema> = (route) => {
  const validate = TypeBoxValidatorCompiler(route as never) as (value: unknown) => {
    value?: unknown
    error?: { keyword: string }[]
  }
  return (value) => {
    const { error, ...rest } = validate(value)
    return error === undefined ? rest : { error: error.filter(({ keyword }) => keyword !== 'boolean') as never }
  }
}

/** Accepts an empty body with a JSON content type, which older clients send. */
export function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body, done)
  })
}

/** Keeps responses with personal data out of caches. */
export const noStore = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  reply.header('cache-control', 'no-store')
}

/**
 * Rejects changes from pages of other origins, unless `allowed` contains the origin. Only browsers send an Origin
 * header.
 */
export const checkOrigin =
  (allowed: readonly string[]) =>
  async ({ method, headers, host }: FastifyRequest): Promise<void> => {
    if (method === 'GET' || method === 'HEAD') return
    const { origin } = headers
    const site = headers['sec-fetch-site']
    const isAllowed =
      origin === undefined
        ? site === undefined || site === 'same-origin' || site === 'none'
        : allowed.includes(origin) || isOwnOrigin(origin, host)
    if (!isAllowed) throw new AppError('forbidden', 'Origin not allowed. Add it to CORS_ORIGINS.')
  }

/** The error responses of a route, for its documentation. */
export const failures = (...codes: ErrorCode[]) =>
  Object.fromEntries(codes.map((code) => [errorStatus[code], ErrorBody]))

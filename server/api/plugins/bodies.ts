import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { ErrorBody, type ErrorCode, errorStatus } from '../../../contract/errors.ts'
import { AppError } from '../../errors.ts'
import { isOwnOrigin } from '../origin.ts'

/** Takes a JSON body as its schema says: nothing is converted, and nothing that the schema does not name is let in. */
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

/** Takes an empty body that calls itself JSON, as older clients send it, for no body. */
export function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body, done)
  })
}

/** Answers of these routes are of one person, and are kept nowhere. */
export const keepNowhere = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  reply.header('cache-control', 'no-store')
}

/** Refuses what a page of another origin sends, unless the origin is one of `origins`. Programs send none. */
export const refuseStrangers =
  (origins: readonly string[]) =>
  async ({ headers, host }: FastifyRequest): Promise<void> => {
    const { origin } = headers
    const site = headers['sec-fetch-site']
    const isWelcome =
      origin === undefined
        ? site === undefined || site === 'same-origin' || site === 'none'
        : origins.includes(origin) || isOwnOrigin(origin, host)
    if (!isWelcome) throw new AppError('forbidden', 'Origin not allowed: CORS_ORIGINS names those that are')
  }

/** The error answers of a route, for its documentation. */
export const failures = (...codes: ErrorCode[]) =>
  Object.fromEntries(codes.map((code) => [errorStatus[code], ErrorBody]))

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, errorStatus } from '../../../contract/errors.ts'
import { AppError } from '../../errors.ts'
import { isUnavailable } from '../../warehouse/failures.ts'
import { toErrorBody } from '../error-body.ts'
import { describeProblems, findMissing } from '../problems.ts'
import { dataHeaders } from './security-headers.ts'

const codeOfStatus = new Map<number, ErrorCode>(
  Object.entries(errorStatus).map(([code, status]) => [status, code as ErrorCode]),
)

/** Invalid values are `unprocessable`. Invalid JSON and malformed URLs are `bad_request`. */
function toAppError(error: FastifyError | Error, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error
  if ('validation' in error && error.validation !== undefined)
    return new AppError(
      'unprocessable',
      describeProblems(error.validation, request.routeOptions.schema?.[error.validationContext as 'querystring']),
      { details: { missing: findMissing(error.validation) } },
    )
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500)
    return new AppError(codeOfStatus.get(error.statusCode) ?? 'bad_request', error.message)
  if (isUnavailable(error))
    return new AppError('unavailable', "Can't reach the database. Try again in a few seconds.", {
      cause: error,
    })
  return new AppError('internal', 'Internal error. Search the server log for the request ID.', { cause: error })
}

const unavailableSeconds = 5

const toHeaders = ({ code, details }: AppError): Record<string, string> => ({
  ...toRetryAfter(details.retryAfterSeconds ?? (code === 'unavailable' ? unavailableSeconds : undefined)),
  ...(code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
})

const toRetryAfter = (seconds: unknown): Record<string, string> =>
  typeof seconds === 'number' ? { 'retry-after': String(seconds) } : {}

function send(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  return reply
    .code(errorStatus[error.code])
    .headers({ ...toHeaders(error), 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' })
    .send(JSON.stringify(toErrorBody(request, error)))
}

/** Responds to errors that occur before routing and hooks, such as a URL that can't be decoded. */
export const answerEarlyError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  send(request, reply.headers(dataHeaders), toAppError(error, request))
}

/** Responds to every error in the format of its path. Logs server errors with their cause. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | Error>((error, request, reply) => {
    const failure = toAppError(error, request)
    if (errorStatus[failure.code] >= 500 && failure.code !== 'not_implemented')
      request.log.error({ reqId: request.id, err: error }, 'request failed')
    return send(request, reply, failure)
  })
}

export const answerNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  send(request, reply, new AppError('not_found', `Route not found: ${request.method} ${request.url.split('?')[0]}`))

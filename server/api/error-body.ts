import type { FastifyRequest } from 'fastify'
import type { CoingeckoError } from '../../contract/coingecko.ts'
import { type ErrorBody, errorStatus } from '../../contract/errors.ts'
import type { AppError } from '../errors.ts'

/** `error` for an unknown coin or an invalid parameter, `status` for everything else. */
function toCoingeckoError({ code, message, details }: AppError): CoingeckoError {
  if (code === 'not_found') return { error: message }
  if (code === 'unprocessable')
    return { error: typeof details.missing === 'string' ? `Missing parameter ${details.missing}` : message }
  const timestamp = new Date().toISOString()
  return { status: { timestamp, error_code: errorStatus[code], error_message: message } }
}

/** The body of an error response: CoinGecko's for /api/v3, and for /api/udf also what TradingView reads. */
export function toErrorBody({ id, url }: FastifyRequest, error: AppError): ErrorBody | CoingeckoError {
  if (url.startsWith('/api/v3')) return toCoingeckoError(error)
  const { code, message } = error
  const feed = url.startsWith('/api/udf') ? { s: 'error', errmsg: message } : {}
  return { ...feed, error: { code, message, request_id: id }, detail: message }
}

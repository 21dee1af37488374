import { SourceError, type SourceErrorKind, toMessage } from '../errors.ts'
import { toExcerpt } from '../redact.ts'

const chooseAnother = 'Choose another exchange in STREAM_SOURCES or EXCHANGE_CANDLES, such as coinbase or kraken.'
const retrying = 'Retrying automatically.'

/** The meaning of each ccxt error class. The closest ancestor counts. */
const byClass: Readonly<Record<string, { kind: SourceErrorKind; remedy: string }>> = {
  RateLimitExceeded: { kind: 'rate_limited', remedy: retrying },
  DDoSProtection: { kind: 'rate_limited', remedy: retrying },
  RestrictedLocation: { kind: 'blocked', remedy: chooseAnother },
  PermissionDenied: { kind: 'blocked', remedy: chooseAnother },
  AuthenticationError: { kind: 'bad_key', remedy: `It needs an API key. ${chooseAnother}` },
  ArgumentsRequired: { kind: 'bad_request', remedy: `It isn't supported. ${chooseAnother}` },
  BadSymbol: { kind: 'not_found', remedy: 'It has no such market.' },
  NotSupported: { kind: 'bad_request', remedy: `It isn't supported. ${chooseAnother}` },
  NetworkError: { kind: 'unreachable', remedy: retrying },
  DOMException: { kind: 'unreachable', remedy: retrying },
}

function listClasses(error: unknown): string[] {
  const names: string[] = []
  for (let at: unknown = Object.getPrototypeOf(Object(error)); at !== null; at = Object.getPrototypeOf(at))
    if (typeof at === 'object' && at !== null) names.push(at.constructor.name)
  return names
}

/** False for a failure inside the parsers of ccxt. */
export const isExchangeError = (error: unknown): boolean =>
  error instanceof SourceError || listClasses(error).includes('BaseError')

/** The error for an HTTP status of the market list or the handshake. Null for any other status. */
export function toStatusError(id: string, status: number, retryAfterMs: number | null): SourceError | null {
  if (status === 451 || status === 403)
    return new SourceError(id, 'blocked', `${id} blocks this location or address (HTTP ${status}). ${chooseAnother}`)
  if (status === 429 || status === 418)
    return new SourceError(id, 'rate_limited', `${id} rate limit reached (HTTP ${status}). ${retrying}`, {
      retryAfterMs,
    })
  return null
}

/** Turns any error of ccxt into a `SourceError`. */
export function toExchangeError(id: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const message = toExcerpt(toMessage(error), 300)
  const status = /Unexpected server response: (\d+)/.exec(message)?.[1]
  const refusal = status === undefined ? null : toStatusError(id, Number(status), null)
  if (refusal !== null) return refusal
  const found = listClasses(error).find((name) => name in byClass)
  const { kind, remedy } = (found === undefined ? undefined : byClass[found]) ?? { kind: 'broken', remedy: retrying }
  return new SourceError(id, kind, `${id} failed (${message}). ${remedy}`, { cause: error })
}

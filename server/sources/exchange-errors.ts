import { SourceError, type SourceErrorKind, toMessage } from '../errors.ts'
import { toExcerpt } from '../redact.ts'

const others = 'name another exchange in STREAM_SOURCES, such as coinbase or kraken'

/** What a class of ccxt's errors means; the nearest ancestor counts. */
const byClass: Readonly<Record<string, { kind: SourceErrorKind; remedy: string }>> = {
  RateLimitExceeded: { kind: 'rate_limited', remedy: 'it will be tried again later' },
  DDoSProtection: { kind: 'rate_limited', remedy: 'it will be tried again later' },
  RestrictedLocation: { kind: 'blocked', remedy: others },
  PermissionDenied: { kind: 'blocked', remedy: others },
  AuthenticationError: { kind: 'bad_key', remedy: `it gives no prices without a key; ${others}` },
  ArgumentsRequired: { kind: 'bad_request', remedy: `it cannot be used like this; ${others}` },
  NotSupported: { kind: 'bad_request', remedy: `it cannot be used like this; ${others}` },
  NetworkError: { kind: 'unreachable', remedy: 'it will be tried again' },
  DOMException: { kind: 'unreachable', remedy: 'it will be tried again' },
}

function listClasses(error: unknown): string[] {
  const names: string[] = []
  for (let at: unknown = Object.getPrototypeOf(Object(error)); at !== null; at = Object.getPrototypeOf(at))
    if (typeof at === 'object' && at !== null) names.push(at.constructor.name)
  return names
}

/** Whether ccxt threw it on purpose, to say what the exchange said, rather than stumbled. */
export const isExchangeError = (error: unknown): boolean =>
  error instanceof SourceError || listClasses(error).includes('BaseError')

/** The error that an HTTP status means by itself, on the market list and on the handshake alike; null for the others. */
export function toStatusError(id: string, status: number, retryAfterMs: number | null): SourceError | null {
  if (status === 451 || status === 403)
    return new SourceError(id, 'blocked', `${id} refuses this place or address (HTTP ${status}): ${others}`)
  if (status === 429 || status === 418)
    return new SourceError(id, 'rate_limited', `${id} was asked too often (HTTP ${status}): it will be tried later`, {
      retryAfterMs,
    })
  return null
}

/** Turns whatever ccxt threw into a `SourceError`. */
export function toExchangeError(id: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const said = toExcerpt(toMessage(error), 300)
  const status = /Unexpected server response: (\d+)/.exec(said)?.[1]
  const refusal = status === undefined ? null : toStatusError(id, Number(status), null)
  if (refusal !== null) return refusal
  const found = listClasses(error).find((name) => name in byClass)
  const { kind, remedy } = (found === undefined ? undefined : byClass[found]) ?? {
    kind: 'broken' as const,
    remedy: 'it will be tried again',
  }
  return new SourceError(id, kind, `${id} failed (${said}): ${remedy}`, { cause: error })
}

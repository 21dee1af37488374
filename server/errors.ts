import type { ErrorCode } from '../contract/errors.ts'
import { redactText } from './redact.ts'
import { toStorableText } from './text.ts'

/** An error with a code that a client understands and a message that says what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** Why an upstream gave no usable answer. Only `rate_limited`, `unreachable` and `broken` pass with time. */
export type SourceErrorKind =
  | 'rate_limited'
  | 'unreachable'
  | 'broken'
  | 'bad_key'
  | 'plan'
  | 'blocked'
  | 'not_found'
  | 'bad_request'

/** An upstream failed. The message names the source, what it said, and the remedy; it is redacted. */
export class SourceError extends AppError {
  readonly source: string
  readonly kind: SourceErrorKind
  /** How long the upstream asked us to wait; null when it did not say. */
  readonly retryAfterMs: number | null

  constructor(
    source: string,
    kind: SourceErrorKind,
    message: string,
    options: { retryAfterMs?: number | null; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super('unavailable', redactText(toStorableText(message)), options)
    this.name = 'SourceError'
    this.source = source
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** What went wrong, in one line, with the causes that say more; without the keys that a source may have repeated. */
export const toMessage = (error: unknown): string => redactText(toText(error))

function toText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(toText).join('; ')
  const cause = error.cause === undefined || error instanceof AppError ? '' : toText(error.cause)
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message}: ${cause}`
}

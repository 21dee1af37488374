import type { ErrorCode } from '../contract/errors.ts'
import { redactText } from './redact.ts'
import { toStorableText } from './text.ts'

/** An error with a code for clients and a message that says what to do. */
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

/** Why a source request failed. Only `rate_limited`, `unreachable` and `broken` are transient. */
export type SourceErrorKind =
  | 'rate_limited'
  | 'unreachable'
  | 'broken'
  | 'bad_key'
  | 'plan'
  | 'blocked'
  | 'not_found'
  | 'bad_request'

/** A source failed. The message contains the source, its response and a remedy. It is redacted. */
export class SourceError extends AppError {
  readonly source: string
  readonly kind: SourceErrorKind
  /** The source's Retry-After in ms. Null: none. */
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

/** The message of an error with its causes in one line, redacted. */
export const toMessage = (error: unknown): string => redactText(toText(error))

function toText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(toText).join('; ')
  const cause = error.cause === undefined || error instanceof AppError ? '' : toText(error.cause)
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message}: ${cause}`
}

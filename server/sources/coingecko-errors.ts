import Coingecko from '@coingecko/coingecko-typescript'
import { SourceError, type SourceErrorKind, toMessage } from '../errors.ts'
import { toExcerpt } from '../redact.ts'
import { toRetryAfterMs } from './retry-after.ts'

const source = 'coingecko'
const freeKey = 'Add COINGECKO_DEMO_API_KEY for more calls.'

type Meaning = { kind: SourceErrorKind; remedy: string }

const byCode: Readonly<Record<number, Meaning>> = {
  1015: { kind: 'rate_limited', remedy: `This address is blocked for a while. ${freeKey}` },
  1020: { kind: 'blocked', remedy: 'Its firewall blocks this address. Try another network or an API key.' },
  10002: { kind: 'bad_key', remedy: 'Check COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY.' },
  10005: { kind: 'plan', remedy: 'This needs a paid plan.' },
  10010: { kind: 'bad_key', remedy: 'Set a Pro key in COINGECKO_PRO_API_KEY.' },
  10011: { kind: 'bad_key', remedy: 'Set a Demo key in COINGECKO_DEMO_API_KEY.' },
  10012: { kind: 'plan', remedy: 'Without a paid plan, history is limited to 365 days.' },
}

const byStatus: Readonly<Record<number, Meaning>> = {
  400: { kind: 'bad_request', remedy: 'Check the API key and COINGECKO_BASE_URL.' },
  401: { kind: 'bad_key', remedy: 'Check COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY.' },
  403: { kind: 'blocked', remedy: 'It blocks this address. An API key may help.' },
  404: { kind: 'not_found', remedy: 'Check the coin id and COINGECKO_BASE_URL.' },
  422: { kind: 'bad_request', remedy: 'A parameter of the request is missing or invalid.' },
  429: { kind: 'rate_limited', remedy: `Too many calls. Retrying automatically. ${freeKey}` },
}

const upstreamError: Meaning = { kind: 'broken', remedy: 'Upstream error. Retrying automatically.' }

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

/** The code and message of an error body: `error`, `status`, `error.status`, HTML or text. */
function parseEnvelope(body: unknown): { code: number | null; message: string } {
  if (typeof body === 'string') {
    const code = /error code:? (\d{4})|(?<=cf-error-code">)(\d{4})/i.exec(body)
    const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
    const message = title ?? (body.trimStart().startsWith('<') ? 'a web page instead of data' : body)
    return { code: code === null ? null : Number(code[1] ?? code[2]), message: message.trim() }
  }
  const status = at(body, 'status') ?? at(at(body, 'error'), 'status')
  const code = at(status, 'error_code')
  const message = at(status, 'error_message') ?? at(body, 'error') ?? ''
  return {
    code: typeof code === 'number' ? code : null,
    message: typeof message === 'string' ? message : JSON.stringify(message),
  }
}

/** The error for a response of CoinGecko. `status` 200: an error body with a success status. */
export function toAnswerError(status: number, body: unknown, retryAfterMs: number | null): SourceError {
  const { code, message } = parseEnvelope(body)
  const throttled = /throttled|rate limit/i.test(message)
  const meaning =
    (code === null ? undefined : (byCode[code] ?? byStatus[code])) ??
    (throttled && status >= 400 ? byStatus[429] : undefined) ??
    byStatus[status] ??
    upstreamError
  const answer = message === '' ? `HTTP ${status}` : `HTTP ${status}, "${toExcerpt(message, 200)}"`
  return new SourceError(source, meaning.kind, `CoinGecko answered ${answer}. ${meaning.remedy}`, {
    retryAfterMs,
    details: { status, code },
  })
}

/** The error for a redirect. Following it would leak the API key to another host. */
export function toRedirectError(status: number, location: string | null): SourceError {
  const host = URL.parse(location ?? '')?.host
  const target = host ? ` to ${host}` : ''
  return new SourceError(
    source,
    'bad_request',
    `CoinGecko redirects${target} (HTTP ${status}). Redirects are not followed, to protect the API key. Set COINGECKO_BASE_URL to the final address.`,
    { details: { status } },
  )
}

/** Converts any error of a call to a `SourceError`. An abort by the caller passes through. */
export function toSourceError(error: unknown, options: { signal: AbortSignal; now: number }): unknown {
  if (error instanceof SourceError) return error
  if (options.signal.aborted) return options.signal.reason
  if (error instanceof Coingecko.APIError && typeof error.status === 'number') {
    const body = error.error ?? error.message.replace(/^\d{3} /, '')
    return toAnswerError(error.status, body, toRetryAfterMs(error.headers?.get('retry-after'), options.now))
  }
  const inner = findSourceError(error)
  if (inner !== undefined) return inner
  if (error instanceof SyntaxError)
    return new SourceError(
      source,
      'broken',
      `CoinGecko's response is incomplete or not JSON. ${upstreamError.remedy}`,
      {
        cause: error,
      },
    )
  return new SourceError(
    source,
    'unreachable',
    `Can't reach CoinGecko (${toMessage(rootOf(error))}). Check the network, COINGECKO_BASE_URL and HTTPS_PROXY. Retrying automatically.`,
    { cause: error },
  )
}

/** The deepest cause, which names the host and the problem. */
function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root
}

function findSourceError(error: unknown): SourceError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof SourceError) return cause
  return undefined
}

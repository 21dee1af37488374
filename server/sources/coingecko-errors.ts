import Coingecko from '@coingecko/coingecko-typescript'
import { SourceError, type SourceErrorKind, toMessage } from '../errors.ts'
import { toExcerpt } from '../redact.ts'
import { toRetryAfterMs } from './retry-after.ts'

const source = 'coingecko'
const freeKey = 'a free key in COINGECKO_DEMO_API_KEY allows more calls'

type Verdict = { kind: SourceErrorKind; remedy: string }

const byCode: Readonly<Record<number, Verdict>> = {
  1015: { kind: 'rate_limited', remedy: `this address is held back for a while; ${freeKey}` },
  1020: { kind: 'blocked', remedy: 'its firewall refuses this address; try another network or a key' },
  10002: { kind: 'bad_key', remedy: 'check COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY' },
  10005: { kind: 'plan', remedy: 'this needs a paid plan' },
  10010: { kind: 'bad_key', remedy: 'a pro key belongs in COINGECKO_PRO_API_KEY' },
  10011: { kind: 'bad_key', remedy: 'a demo key belongs in COINGECKO_DEMO_API_KEY' },
  10012: { kind: 'plan', remedy: 'without a paid plan history reaches back 365 days' },
}

const byStatus: Readonly<Record<number, Verdict>> = {
  400: { kind: 'bad_request', remedy: 'check the key and COINGECKO_BASE_URL' },
  401: { kind: 'bad_key', remedy: 'check COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY' },
  403: { kind: 'blocked', remedy: 'it refuses this address; a key may help' },
  404: { kind: 'not_found', remedy: 'check the coin id and COINGECKO_BASE_URL' },
  422: { kind: 'bad_request', remedy: 'the request lacks a parameter or has a wrong one' },
  429: { kind: 'rate_limited', remedy: `too many calls; it will be asked again later; ${freeKey}` },
}

const trouble: Verdict = { kind: 'broken', remedy: 'the trouble is on its side; it will be asked again later' }

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

/** The code and the words in any of the shapes of an error body: `error`, `status`, `error.status`, HTML, text. */
function parseEnvelope(body: unknown): { code: number | null; words: string } {
  if (typeof body === 'string') {
    const code = /error code:? (\d{4})|(?<=cf-error-code">)(\d{4})/i.exec(body)
    const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
    const words = title ?? (body.trimStart().startsWith('<') ? 'a web page instead of data' : body)
    return { code: code === null ? null : Number(code[1] ?? code[2]), words: words.trim() }
  }
  const status = at(body, 'status') ?? at(at(body, 'error'), 'status')
  const code = at(status, 'error_code')
  const words = at(status, 'error_message') ?? at(body, 'error') ?? ''
  return {
    code: typeof code === 'number' ? code : null,
    words: typeof words === 'string' ? words : JSON.stringify(words),
  }
}

/** The error that an answer of CoinGecko means. `status` 200 is for an error body under a good status. */
export function toAnswerError(status: number, body: unknown, retryAfterMs: number | null): SourceError {
  const { code, words } = parseEnvelope(body)
  const throttled = /throttled|rate limit/i.test(words)
  const verdict =
    (code === null ? undefined : (byCode[code] ?? byStatus[code])) ??
    (throttled && status >= 400 ? byStatus[429] : undefined) ??
    byStatus[status] ??
    trouble
  const said = words === '' ? `HTTP ${status}` : `HTTP ${status}, "${toExcerpt(words, 200)}"`
  return new SourceError(source, verdict.kind, `CoinGecko answered ${said}: ${verdict.remedy}`, {
    retryAfterMs,
    details: { status, code },
  })
}

/** The error that a redirect means: it is not followed, because the key would go with it. Names the host that it leads to. */
export function toRedirectError(status: number, location: string | null): SourceError {
  const host = URL.parse(location ?? '')?.host
  const words = host ? `redirects to ${host}` : 'redirects'
  return new SourceError(
    source,
    'bad_request',
    `CoinGecko ${words} (HTTP ${status}), and redirects are not followed because they could take the key elsewhere: set COINGECKO_BASE_URL to the address that answers`,
    { details: { status } },
  )
}

/** Turns whatever a call threw into a `SourceError`; an abort by the caller stays what it is. */
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
    return new SourceError(source, 'broken', `CoinGecko's answer was cut off or is not JSON: ${trouble.remedy}`, {
      cause: error,
    })
  return new SourceError(
    source,
    'unreachable',
    `CoinGecko cannot be reached (${toMessage(rootOf(error))}): check the network, COINGECKO_BASE_URL and HTTPS_PROXY; it will be asked again`,
    { cause: error },
  )
}

/** The deepest cause: it names the host and what is wrong with it. */
function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root
}

function findSourceError(error: unknown): SourceError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof SourceError) return cause
  return undefined
}

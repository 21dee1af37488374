import type { ServerResponse } from 'node:http'
import { sendError, sendHtml, sendJson, sendStatus } from './errors.ts'
import type { Row } from './listing.ts'

export const answerFaults = [
  'rate_limit',
  'rate_limit_html',
  'throttled',
  'server_error',
  'html',
  'half_json',
  'slow',
  'hang',
  'reset',
  'oversized',
] as const
export const rowFaults = ['bad_values', 'duplicates', 'missing'] as const
export const streamFaults = ['stream_stall', 'stream_garbage', 'stream_drop'] as const

/** Faults of exchanges. `path` is the id of a coin, or for answers a part of the path. */
export const candleFaults = [
  'candle_gaps',
  'candle_duplicates',
  'candle_revision',
  'other_coin',
  'exchange_limit',
  'exchange_ban',
  'exchange_block',
] as const
type CandleFault = (typeof candleFaults)[number]

/** Faults of responses, of rows, of the snapshot age, and of the stream. */
export const faultKinds = [...answerFaults, ...rowFaults, 'stale', ...streamFaults] as const
export type FaultKind = (typeof faultKinds)[number]

/** A fault. Without `times` it stays active until it is cleared. */
export type Fault = {
  kind: FaultKind | CandleFault
  /** A substring of the path. If absent, every path matches. */
  path?: string
  times?: number
  /** For rate_limit: seconds of Retry-After, if any. For stale: hours. For server_error: the HTTP status. */
  value?: number
}

/** The active faults. */
export class Faults {
  #faults: Fault[] = []

  set(faults: Fault[]): void {
    this.#faults = faults.map((fault) => ({ ...fault }))
  }

  clear(): void {
    this.#faults = []
  }

  list(): Fault[] {
    return this.#faults
  }

  /** The first matching fault. Decrements its `times`. */
  take(path: string, kinds: readonly Fault['kind'][]): Fault | undefined {
    const fault = this.#faults.find(
      ({ kind, path: part = '', times = 1 }) => times > 0 && kinds.includes(kind) && path.includes(part),
    )
    if (fault?.times !== undefined) fault.times -= 1
    return fault
  }
}

const oversizedBytes = 24 * 1024 * 1024
const slowMs = 200

const limitMessage =
  "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing to subscribe."

/** Responds with the fault. */
export function answerFault(response: ServerResponse, { kind, value }: Fault): void {
  const retryAfter = value === undefined ? {} : { 'retry-after': String(value) }
  const answers: Partial<Record<Fault['kind'], () => void>> = {
    rate_limit: () => sendStatus(response, 429, { error_code: 429, error_message: limitMessage }, retryAfter),
    exchange_limit: () => sendJson(response, { code: -1003, msg: 'Too many requests.' }, 429, retryAfter),
    exchange_ban: () => sendJson(response, { code: -1003, msg: 'Way too much request weight used.' }, 418, retryAfter),
    exchange_block: () => sendJson(response, { code: 0, msg: 'Service unavailable from a restricted location.' }, 451),
    rate_limit_html: () => sendHtml(response, 429, 'Too Many Requests'),
    throttled: () => {
      response.writeHead(429, { 'content-type': 'text/plain' })
      response.end('Throttled')
    },
    server_error: () => sendError(response, value ?? 500, 'Internal Server Error'),
    html: () => sendHtml(response, 403, 'Access denied | api.coingecko.com used Cloudflare to restrict access'),
    half_json: () => sendJson(response, '[{"id":"bitcoin","symbol":"btc","current_pr'),
    slow: () => sendSlowly(response),
    hang: () => undefined,
    reset: () => response.socket?.resetAndDestroy(),
    oversized: () => sendJson(response, `[${' '.repeat(oversizedBytes)}]`),
  }
  answers[kind]?.()
}

function sendSlowly(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('[')
  const timer = setInterval(() => response.write(' '), slowMs)
  response.on('close', () => clearInterval(timer))
}

/** The rows as JSON with the fault. */
export function corruptRows(rows: Row[], { kind }: Fault): string {
  if (kind === 'missing') return JSON.stringify(rows.filter((_, index) => index % 3 !== 2))
  if (kind === 'duplicates') return JSON.stringify(rows.flatMap((row, index) => (index % 4 === 0 ? [row, row] : [row])))
  const bad = ['"NaN"', 'null', '0', '-1', '1e400', '"12.5"']
  const corrupted = rows.map((row, index) =>
    index % 5 === 4
      ? JSON.stringify(row).replace(
          /"current_price":[^,]+/,
          `"current_price":${bad[Math.floor(index / 5) % bad.length]}`,
        )
      : JSON.stringify(row),
  )
  return `[${corrupted.join(',')}]`
}

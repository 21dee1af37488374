import { GIF } from 'image-size/types/gif'
import { JPG } from 'image-size/types/jpg'
import { PNG } from 'image-size/types/png'
import { WEBP } from 'image-size/types/webp'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import { createOutbound, noProxies, type Proxies } from '../outbound.ts'
import { toRetryAfterMs } from './retry-after.ts'

const source = 'coingecko'
const defaultDeadlineMs = 5000
const maxBytes = 512 * 1024
const maxPixels = 2048
const firstPauseMs = 10 * minuteMs
const maxPauseMs = 360 * minuteMs

/** SVG is missing on purpose: it can hold scripts. */
const formats = [
  { format: PNG, content_type: 'image/png' },
  { format: JPG, content_type: 'image/jpeg' },
  { format: WEBP, content_type: 'image/webp' },
  { format: GIF, content_type: 'image/gif' },
] as const

export type CoinImage = { content_type: (typeof formats)[number]['content_type']; body: Buffer }

/**
 * Fetches the image of a coin. Throws `SourceError`: `rate_limited` and `unreachable` mean that the host fails, after which
 * it is not asked for a while; any other kind is about this image.
 */
export type ImageSource = { fetchImage(url: string, signal: AbortSignal): Promise<CoinImage> }

export type ImageOptions = {
  clock: Clock
  /** COINGECKO_BASE_URL: images of the same origin are allowed too. */
  baseUrl: string | null
  proxies?: Proxies
  deadlineMs?: number
}

const refuse = (reason: string): SourceError => new SourceError(source, 'bad_request', reason)

/** The format of an image by its bytes, whatever the response says. Throws when it is none of ours, or is too large. */
function toImage(body: Buffer): CoinImage {
  // Its own memory: a reader of a header must not read past the end into other buffers.
  const bytes = new Uint8Array(body)
  const found = formats.find(({ format }) => {
    try {
      return format.validate(bytes)
    } catch {
      return false
    }
  })
  if (found === undefined) throw refuse('The image is not a PNG, JPEG, WebP or GIF file.')
  const { content_type, format } = found
  const { width, height } = readSize(() => format.calculate(bytes))
  if (!(width >= 1 && width <= maxPixels && height >= 1 && height <= maxPixels))
    throw refuse(`The image has ${width} x ${height} pixels. The limit is ${maxPixels}.`)
  return { content_type, body }
}

function readSize<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw refuse('The image is damaged.')
  }
}

/** The body of a response, up to 512 kB. A body shorter than its Content-Length fails. */
async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw refuse('The image is larger than 512 kB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The error for a response without an image. */
function toStatusError(response: Response, now: number): SourceError | null {
  const { status, headers } = response
  if (status === 429 || status === 503)
    return new SourceError(source, 'rate_limited', `The image host answered HTTP ${status}. Retrying automatically.`, {
      retryAfterMs: toRetryAfterMs(headers.get('retry-after'), now),
    })
  if (status >= 300 && status < 400) return refuse(`The image redirects (HTTP ${status}). Redirects are not followed.`)
  return status === 200 ? null : new SourceError(source, 'not_found', `The image host answered HTTP ${status}.`)
}

/** Images of coins from the hosts of CoinGecko. They need no API key and count against no rate limit of the API. */
export function createCoinImages(options: ImageOptions): ImageSource {
  const { clock, baseUrl, deadlineMs = defaultDeadlineMs, proxies = noProxies } = options
  const outbound = createOutbound(proxies)
  const ownOrigin = baseUrl === null ? null : new URL(baseUrl).origin
  let outages = 0
  let pausedUntil = 0

  /** Other hosts are refused: the address comes from the source, and this server may reach what the source can't. */
  const isAllowed = ({ protocol, hostname, origin }: URL): boolean =>
    origin === ownOrigin || (protocol === 'https:' && hostname.endsWith('.coingecko.com'))

  const request = async (url: URL, signal: AbortSignal): Promise<CoinImage> => {
    const response = await outbound.fetch(url, { signal, redirect: 'manual', headers: { accept: 'image/*' } })
    try {
      const error = toStatusError(response, clock.now())
      if (error !== null) throw error
      return toImage(await readBody(response))
    } finally {
      await response.body?.cancel().catch(() => undefined)
    }
  }

  const pause = (error: SourceError): void => {
    const ownMs = Math.min(maxPauseMs, firstPauseMs * 2 ** outages)
    outages += 1
    pausedUntil = clock.now() + Math.max(error.retryAfterMs ?? 0, ownMs)
  }

  return {
    fetchImage: async (text, signal) => {
      const url = new URL(text)
      if (!isAllowed(url)) throw refuse(`The image is on ${url.host}, not on a host of CoinGecko.`)
      if (clock.now() < pausedUntil)
        throw new SourceError(source, 'rate_limited', 'The image host failed a while ago. Retrying automatically.')
      try {
        const image = await request(url, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]))
        outages = 0
        return image
      } catch (cause) {
        if (signal.aborted) throw signal.reason
        const error =
          cause instanceof SourceError
            ? cause
            : new SourceError(source, 'unreachable', `Can't load the image (${toMessage(cause)}).`, { cause })
        if (error.kind === 'unreachable' || error.kind === 'rate_limited') pause(error)
        throw error
      }
    },
  }
}

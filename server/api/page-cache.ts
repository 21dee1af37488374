import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { Negotiator } from '@fastify/accept-negotiator'
import inject from 'light-my-request'
import { systemClock } from '../clock.ts'
import { isKnown, toEtag } from './etag.ts'
import type { PageHandler } from './pages.ts'
import { toPagePolicy } from './plugins/security-headers.ts'
import { isSessionCookie } from './session-cookie.ts'

const maxAgeMs = 5000
const maxPages = 100
const minCompressedBytes = 1000

/** Headers that belong to one response. */
const ofConnection = new Set(['connection', 'content-length', 'date', 'etag', 'keep-alive', 'transfer-encoding'])

type Encoding = 'br' | 'gzip' | 'identity'
type Page = { status: number; headers: OutgoingHttpHeaders; etag: string; bodies: Map<Encoding, Promise<Buffer>> }
type Kept = { page: Promise<Page>; version: string; at: number }

const negotiator = new Negotiator({ supportedValues: ['br', 'gzip'] })
const compressors: Record<Exclude<Encoding, 'identity'>, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => promisify(gzip)(body),
}

/** Files and chunks, which Next serves with its own headers. */
const isFile = (path: string): boolean =>
  /^\/_next\/(?!data\/)/.test(path) || /\.(css|ico|js|map|png|svg|txt|webmanifest|xml)$/.test(path)

/** The cookies by which a page may differ: how it looks and whether someone is signed in, never who. */
const toLook = (header = ''): string =>
  header
    .split(/; */)
    .filter((cookie) => cookie.startsWith('cryptoflow_') && !isSessionCookie(cookie.split('=')[0] ?? ''))
    .sort()
    .join('; ')

/** The document gives this to each of its own scripts. No reader sees it. */
const nonce = randomBytes(16).toString('base64url')
const inlineScript = new RegExp(`<script nonce="${nonce}">([^<]*)</script>`, 'g')

/** A policy that allows the document's own inline scripts by their hashes, and the text without the nonce. */
function toPolicyAndText(html: string): { policy: string; text: string } {
  const scripts = [...html.matchAll(inlineScript)].map(([, script = '']) => script)
  const hashes = scripts.map((script) => createHash('sha256').update(script).digest('base64'))
  return { policy: toPagePolicy(hashes), text: html.replaceAll(` nonce="${nonce}"`, '') }
}

function toPage({ statusCode, headers, payload }: inject.Response): Page {
  const { policy, text } = toPolicyAndText(payload)
  const body = Buffer.from(text)
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name))
  const etag = toEtag(body)
  const bodies = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(body)]])
  return {
    status: statusCode,
    headers: { ...Object.fromEntries(kept), 'content-security-policy': policy },
    etag,
    bodies,
  }
}

async function toBody({ bodies }: Page, encoding: Encoding): Promise<Buffer> {
  const plain = (await bodies.get('identity')) ?? Buffer.alloc(0)
  if (encoding === 'identity') return plain
  const body = bodies.get(encoding) ?? compressors[encoding](plain)
  bodies.set(encoding, body)
  return body
}

async function send(page: Page, { method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const validators = { etag: `W/${page.etag}`, 'cache-control': 'private, no-cache', vary: 'accept-encoding, cookie' }
  if (page.status === 200 && isKnown(headers['if-none-match'], page.etag)) {
    response.writeHead(304, { ...page.headers, ...validators }).end()
    return
  }
  const plain = await toBody(page, 'identity')
  const accepted = negotiator.negotiate(headers['accept-encoding'] ?? '') as Encoding | null
  const encoding = plain.length < minCompressedBytes ? 'identity' : (accepted ?? 'identity')
  const body = await toBody(page, encoding)
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding)
  const cached = page.status === 200 ? validators : {}
  response.writeHead(page.status, { ...page.headers, ...cached, 'content-length': body.length })
  response.end(method === 'HEAD' ? undefined : body)
}

/**
 * Renders each page once and keeps its bytes, compressed too, until the warehouse changes, at most 5 s: for readers with
 * the same address and the same look. Pages hold no personal data: the browser requests it. The policy allows the inline
 * scripts of the document by their hashes. Answers If-None-Match. Without a version of the warehouse it keeps nothing.
 * After the response to a failed rendering it rejects with its error. `elapsed`: ms on a monotonic clock.
 */
export function cachePages(
  render: PageHandler,
  getVersion: () => Promise<string>,
  elapsed: () => number = systemClock.elapsed,
): PageHandler {
  const pages = new Map<string, Kept>()

  const renderPage = async (url: string, look: string): Promise<Page> =>
    toPage(
      await inject(
        (request, response) => {
          render(request as never, response as never).catch((error) => response.destroy(error))
        },
        { url, headers: { host: 'localhost', 'x-nonce': nonce, ...(look && { cookie: look }) } },
      ),
    )

  const findPage = async (url: string, look: string): Promise<Page> => {
    const version = await getVersion().catch(() => undefined)
    if (version === undefined) return renderPage(url, look)
    const key = `${url} ${look}`
    const kept = pages.get(key)
    if (kept !== undefined && kept.version === version && elapsed() - kept.at < maxAgeMs) return kept.page
    const page = renderPage(url, look)
    pages.delete(key)
    pages.set(key, { page, version, at: elapsed() })
    const forget = () => pages.delete(key)
    page.then(({ status }) => status !== 200 && forget(), forget)
    for (const [oldest] of pages) if (pages.size > maxPages) pages.delete(oldest)
    return page
  }

  return async (request, response) => {
    const { url = '/', headers } = request
    if (isFile(url.split('?')[0] ?? '')) return render(request, response)
    try {
      await send(await findPage(url, toLook(headers.cookie)), request, response)
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end('The page failed. Reload it.')
      throw error
    }
  }
}

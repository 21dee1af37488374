import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, ProxyAgent, request } from 'undici'
import { toMessage } from '../errors.ts'
import { findProxy, type Proxies } from '../outbound.ts'
import { toExcerpt } from '../redact.ts'
import { cleanText } from '../text.ts'
import { isPublicAddress } from './public-address.ts'

const timeoutMs = 10_000
const maxExcerptBytes = 2048
const maxExcerpt = 160
const maxRetryAfterMs = 6 * 3_600_000

/** Why something was not delivered, in words for its owner. */
export class DeliveryError extends Error {
  readonly statusCode: number | null
  /** Another attempt would fail too. */
  readonly isPermanent: boolean
  readonly retryAfterMs: number | null

  constructor(
    message: string,
    {
      statusCode = null,
      isPermanent = false,
      retryAfterMs = null,
    }: { statusCode?: number | null; isPermanent?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(message)
    this.statusCode = statusCode
    this.isPermanent = isPermanent
    this.retryAfterMs = retryAfterMs
  }
}

export type OutgoingRequest = { url: string; headers: Record<string, string>; body: string | Buffer }

/** Sends POST requests to addresses that users gave. */
export type Outgoing = {
  /** Returns the status of a 2xx response. Throws a `DeliveryError` otherwise. */
  post(request: OutgoingRequest): Promise<number>
  close(): Promise<void>
}

type OutgoingOptions = {
  proxies: Proxies
  /** Hosts that may have any address. */
  allowedHosts: readonly string[]
  /** How names are resolved and which addresses are public. Tests replace them. */
  lookup?: LookupFunction
  isPublic?: (address: string) => boolean
}

const createRefusal = (host: string): DeliveryError =>
  new DeliveryError(
    `${host} has no public address. Only public addresses are allowed. An administrator can add the host to NOTIFY_ALLOWED_HOSTS.`,
    { isPermanent: true },
  )

const toHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()

/** Resolves like `lookup`, and fails when any address of the name is not public. */
const resolvePublic =
  (lookup: LookupFunction, isPublic: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0)
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }]
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublic(address)))
        return callback(createRefusal(hostname), '', 0)
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }

/**
 * Checks the address to which each connection is made, after the name is resolved, so that a name cannot change between
 * a check and its use. Follows no redirects. Through a proxy, which resolves names itself, only `allowedHosts` are
 * reached.
 */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { proxies, allowedHosts, lookup = resolve as LookupFunction, isPublic = isPublicAddress } = options
  const isAllowed = (hostname: string): boolean => allowedHosts.includes(toHost(hostname))
  const connectAnywhere = buildConnector({ timeout: timeoutMs, lookup })
  const connectPublic = buildConnector({ timeout: timeoutMs, lookup: resolvePublic(lookup, isPublic) })
  const connect: buildConnector.connector = (options, callback) => {
    const host = toHost(options.hostname)
    if (isAllowed(host)) connectAnywhere(options, callback)
    else if (isIP(host) !== 0 && !isPublic(host)) callback(createRefusal(host), null)
    else connectPublic(options, callback)
  }
  const direct = new Agent({ connect })
  const proxied = new Map<string, ProxyAgent>()
  const toDispatcher = (url: URL): Dispatcher => {
    const proxy = findProxy(url, proxies)
    if (proxy === null) return direct
    if (!isAllowed(url.hostname))
      throw new DeliveryError(
        `${url.hostname} is behind a proxy, where its address can't be checked. An administrator can add the host to NOTIFY_ALLOWED_HOSTS.`,
        { isPermanent: true },
      )
    const agent = proxied.get(proxy) ?? new ProxyAgent({ uri: proxy, proxyTunnel: true })
    proxied.set(proxy, agent)
    return agent
  }
  return {
    post: async ({ url, headers, body }) => {
      const target = parseTarget(url)
      try {
        const response = await request(target, {
          method: 'POST',
          dispatcher: toDispatcher(target),
          headers: { 'user-agent': 'CryptoFlow', ...headers },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        })
        return await accept(response, target, isAllowed(target.hostname))
      } catch (error) {
        throw toDeliveryError(error, target.host)
      }
    },
    close: async () => {
      await Promise.all([direct, ...proxied.values()].map((agent) => agent.destroy()))
    },
  }
}

function parseTarget(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new DeliveryError('The address must be an http:// or https:// URL without user and password.', {
      isPermanent: true,
    })
  return url
}

const isTransient = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** Seconds or a date, as in the header. Null: neither. */
function toRetryAfterMs(header: string | string[] | undefined): number | null {
  const text = String(header ?? '')
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxRetryAfterMs) : null
}

async function accept(response: Dispatcher.ResponseData, { host }: URL, isPrivate: boolean): Promise<number> {
  const { statusCode, headers, body } = response
  if (statusCode >= 200 && statusCode < 300) {
    await body.dump({ limit: maxExcerptBytes })
    return statusCode
  }
  const said = isPrivate ? '' : await readExcerpt(body)
  body.on('error', () => undefined).destroy()
  if (statusCode >= 300 && statusCode < 400)
    throw new DeliveryError(`${host} answered with a redirect (HTTP ${statusCode}). Enter the final address.`, {
      statusCode,
      isPermanent: true,
    })
  throw new DeliveryError(`${host} answered HTTP ${statusCode}${said === '' ? '.' : `: ${said}`}`, {
    statusCode,
    isPermanent: !isTransient(statusCode),
    retryAfterMs: toRetryAfterMs(headers['retry-after']),
  })
}

/** The start of a response. A response of a private network is not read: it is not for users to see. */
async function readExcerpt(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    chunks.push(chunk)
    if (Buffer.concat(chunks).length >= maxExcerptBytes) break
  }
  return toExcerpt(cleanText(Buffer.concat(chunks).toString('utf8')), maxExcerpt)
}

function toDeliveryError(error: unknown, host: string): DeliveryError {
  if (error instanceof DeliveryError) return error
  if (error instanceof Error && error.cause instanceof DeliveryError) return error.cause
  if (error instanceof Error && error.name === 'TimeoutError')
    return new DeliveryError(`${host} did not answer within ${timeoutMs / 1000} s.`)
  return new DeliveryError(`Can't reach ${host} (${toMessage(error)}).`)
}

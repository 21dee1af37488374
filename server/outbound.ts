import { type ClientRequest, globalAgent as httpAgent, type Agent as SocketAgent } from 'node:http'
import { globalAgent as httpsAgent } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { type AgentConnectOpts, Agent as BaseAgent } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { Agent, type Dispatcher, fetch as fetchThrough, ProxyAgent } from 'undici'

/** The configured proxies, as in curl: one for `https:` and `wss:`, one for `http:` and `ws:`. */
export type Proxies = {
  https: string | null
  http: string | null
  /** Hosts without a proxy: names (including subdomains), addresses, networks or `*`, each with an optional port. */
  except: readonly string[]
}

export const noProxies: Proxies = { https: null, http: null, except: [] }

/** Connections to sources through the configured proxies. Connections to this machine use none. */
export type Outbound = {
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** The `agent` for WebSockets. Undefined: no proxies. */
  socketAgent: SocketAgent | undefined
  /** Closes all connections of `fetch` immediately. */
  close(): Promise<void>
}

const loopback = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1)$/
const defaultPorts: Record<string, string> = { 'https:': '443', 'wss:': '443', 'http:': '80', 'ws:': '80' }

const toHost = (text: string): string => text.replace(/^\[(.*)\]$/, '$1').toLowerCase()

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/')
  const type = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(host) === 0 || isIP(host) !== isIP(address) || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (type === 'ipv6' ? 128 : 32)) return false
  const list = new BlockList()
  list.addSubnet(address, Number(bits), type)
  return list.check(host, type)
}

function isExcepted(host: string, port: string, entry: string): boolean {
  const [, name = '', entryPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry.trim()) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  const wanted = toHost(name).replace(/^\*?\.(?=.)/, '')
  return (
    wanted !== '' && (wanted === '*' || host === wanted || host.endsWith(`.${wanted}`) || isInNetwork(host, wanted))
  )
}

/** The proxy for `url`. Null: none. */
export function findProxy(url: string | URL, { https, http, except }: Proxies): string | null {
  const { protocol, hostname, port } = new URL(url)
  const proxy = protocol === 'https:' || protocol === 'wss:' ? https : http
  const host = toHost(hostname)
  if (proxy === null || loopback.test(host)) return null
  return except.some((entry) => isExcepted(host, port || (defaultPorts[protocol] ?? ''), entry)) ? null : proxy
}

/** Selects the proxy or a direct connection by the URL of each WebSocket. */
class ProxySelector extends BaseAgent {
  readonly #proxies: Proxies

  constructor(proxies: Proxies) {
    super()
    this.#proxies = proxies
  }

  connect(_request: ClientRequest, { host, port, secureEndpoint }: AgentConnectOpts): SocketAgent {
    const name = host?.includes(':') ? `[${host}]` : host
    const proxy = findProxy(`${secureEndpoint ? 'wss' : 'ws'}://${name}:${port}`, this.#proxies)
    if (proxy !== null) return new HttpsProxyAgent(proxy)
    return secureEndpoint ? httpsAgent : httpAgent
  }
}

/** Connections of one source. Callers must reject redirects. */
export function createOutbound(proxies: Proxies): Outbound {
  const dispatchers = new Map<string | null, Dispatcher>()
  const toDispatcher = (proxy: string | null): Dispatcher => {
    const known = dispatchers.get(proxy)
    if (known !== undefined) return known
    const dispatcher = proxy === null ? new Agent() : new ProxyAgent({ uri: proxy, proxyTunnel: true })
    dispatchers.set(proxy, dispatcher)
    return dispatcher
  }
  return {
    fetch: (url, init) => {
      const options = { ...init, dispatcher: toDispatcher(findProxy(url, proxies)) }
      return fetchThrough(url, options as never) as Promise<unknown> as Promise<Response>
    },
    socketAgent: proxies.https === null && proxies.http === null ? undefined : new ProxySelector(proxies),
    close: async () => {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()))
      dispatchers.clear()
    },
  }
}

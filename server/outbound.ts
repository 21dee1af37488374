import { type ClientRequest, globalAgent as httpAgent, type Agent as SocketAgent } from 'node:http'
import { globalAgent as httpsAgent } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { type AgentConnectOpts, Agent as BaseAgent } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { Agent, type Dispatcher, fetch as fetchThrough, ProxyAgent } from 'undici'

/** The proxies of the settings, as curl has them: one for `https:` and `wss:`, one for `http:` and `ws:`. */
export type Proxies = {
  https: string | null
  http: string | null
  /** Hosts that are reached directly: names, which cover their subdomains, addresses, networks, `*`; each may have a port. */
  except: readonly string[]
}

export const noProxies: Proxies = { https: null, http: null, except: [] }

/** Connections to sources: through the proxies of the settings, and never through one to this machine. */
export type Outbound = {
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** The `agent` of WebSockets; undefined without proxies. */
  socketAgent: SocketAgent | undefined
  /** Ends every connection of `fetch` at once. */
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

/** The proxy through which `url` is reached; null: none. */
export function findProxy(url: string | URL, { https, http, except }: Proxies): string | null {
  const { protocol, hostname, port } = new URL(url)
  const proxy = protocol === 'https:' || protocol === 'wss:' ? https : http
  const host = toHost(hostname)
  if (proxy === null || loopback.test(host)) return null
  return except.some((entry) => isExcepted(host, port || (defaultPorts[protocol] ?? ''), entry)) ? null : proxy
}

/** Chooses between the proxies and a direct connection by the address of each WebSocket. */
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

/** Connections of one source; redirects are for the caller to refuse. */
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

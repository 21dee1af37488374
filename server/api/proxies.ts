import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const toFamily = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const toList = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

type Incoming = Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }

/** The proxies in front of us: what they say of a request is believed, what anybody else says is not. */
export class Proxies {
  readonly #trusted = new BlockList()
  readonly count: number

  /** Addresses and networks, such as `10.0.0.0/8`. */
  constructor(list: readonly string[]) {
    this.count = list.length
    for (const part of list) {
      const [address = '', bits] = part.split('/')
      if (bits === undefined) this.#trusted.addAddress(address, toFamily(address))
      else this.#trusted.addSubnet(address, Number(bits), toFamily(address))
    }
  }

  isTrusted(address: string | undefined): boolean {
    return address !== undefined && isIP(address) !== 0 && this.#trusted.check(address, toFamily(address))
  }

  /** Who asks: the peer, or the last hop before our proxies. */
  addressOf({ socket, headers }: Incoming): string {
    const hops = toList(headers['x-forwarded-for'])
    let address = socket.remoteAddress ?? ''
    while (this.isTrusted(address) && hops.length > 0) address = hops.pop() ?? ''
    return address
  }

  /** The host that was asked for, as the browser named it. */
  hostOf({ socket, headers }: Incoming): string {
    const forwarded = this.isTrusted(socket.remoteAddress) ? toList(headers['x-forwarded-host']).at(-1) : undefined
    return forwarded ?? headers.host ?? ''
  }
}

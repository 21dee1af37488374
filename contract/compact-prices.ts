import type { PriceUpdate, ServerFrame } from './live.ts'

/**
 * The WebSocket subprotocol of compact price messages, compressed where the client can read that. Offer it when
 * connecting to `/api/v1/ws/prices`; status and heartbeat messages stay as they are.
 *
 * A price message is a list: `["snapshot", seq, ts, ...]` of every price, or `[seq, ts, ...]` of changed ones. The prices
 * follow as pairs of the coin's number and its price in USD. Before its first pair comes the coin's CoinGecko id:
 * `[7, 1764400000000, "bitcoin", 0, 91000.5, 3, 142.1]`. Numbers are those of one connection.
 */
export const compactProtocol = 'cryptoflow.compact'

export type CompactUpdate = readonly (string | number)[]

/** Reads the messages of one connection with `compactProtocol`. */
export class CompactReader {
  readonly #ids = new Map<number, string>()

  read(message: CompactUpdate | Exclude<ServerFrame, PriceUpdate>): ServerFrame {
    if (!isList(message)) return message
    const isSnapshot = message[0] === 'snapshot'
    const [seq, ts, ...pairs] = isSnapshot ? message.slice(1) : message
    const prices: Record<string, number> = {}
    let id: string | null = null
    let number: number | null = null
    for (const part of pairs)
      if (typeof part === 'string') id = part
      else if (number === null) {
        number = part
        if (id !== null) this.#ids.set(number, id)
        id = null
      } else {
        const known = this.#ids.get(number)
        if (known !== undefined) prices[known] = part
        number = null
      }
    const head = { type: 'price_update', seq: Number(seq), ts: Number(ts), prices } as const
    return isSnapshot ? { ...head, snapshot: true } : head
  }
}

const isList = (message: CompactUpdate | ServerFrame): message is CompactUpdate => Array.isArray(message)

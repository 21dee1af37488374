import type { PriceUpdate, ServerFrame } from '../../contract/live.ts'

/** How price messages are written: as objects, or as the lists of contract/compact-prices.ts. */
export type Encoding = 'json' | 'compact'

/** A price with its parts of a message, encoded once for all clients. */
export type EncodedPrice = {
  price: number
  json: string
  compact: string
  /** As `compact`, with the coin's id for clients that do not know its number. */
  named: string
}

export const encode = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame))

/** Encodes prices. Each coin keeps the number that it first got. */
export class PriceEncoder {
  readonly #numbers = new Map<string, number>()

  encode(id: string, price: number): EncodedPrice {
    const number = this.#numbers.get(id) ?? this.#numbers.size
    this.#numbers.set(id, number)
    const [name, value] = [JSON.stringify(id), JSON.stringify(price)]
    const compact = `${number},${value}`
    return { price, json: `${name}:${value}`, compact, named: `${name},${compact}` }
  }
}

/** A price message from the parts of its prices. */
export function encodePrices(encoding: Encoding, head: Omit<PriceUpdate, 'prices'>, prices: readonly string[]): Buffer {
  if (encoding === 'json') return Buffer.from(`${JSON.stringify(head).slice(0, -1)},"prices":{${prices.join(',')}}}`)
  const start = head.snapshot === true ? '"snapshot",' : ''
  return Buffer.from(`[${[`${start}${head.seq},${head.ts}`, ...prices].join(',')}]`)
}

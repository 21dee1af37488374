import type { PriceUpdate, ServerFrame } from '../../contract/live.ts'

export const encode = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame))

/** A price as a member of a JSON object. Encoded once and reused for every frame. */
export const encodePrice = (id: string, price: number): string => `${JSON.stringify(id)}:${JSON.stringify(price)}`

/** A frame of prices from their `encodePrice`. */
export const encodePrices = (head: Omit<PriceUpdate, 'prices'>, prices: readonly string[]): Buffer =>
  Buffer.from(`${JSON.stringify(head).slice(0, -1)},"prices":{${prices.join(',')}}}`)

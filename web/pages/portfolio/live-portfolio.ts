import type { PositionView } from '../../../contract/portfolios.ts'
import { coinOfCurrency } from '../../../contract/shown-currencies.ts'

type Held = Pick<PositionView, 'coingecko_id' | 'price_usd' | 'quantity' | 'value_usd' | 'cost_usd'>
type ToPrice = (coin: Pick<PositionView, 'coingecko_id' | 'price_usd'>) => number | null

/** The value of a position at a live price; as of the snapshot while that is the same. */
export const toLiveValue = ({ quantity, price_usd, value_usd }: Held, price: number | null): number | null =>
  value_usd === null || price === null || price === price_usd ? value_usd : quantity * price

/** `usdRate`: US dollars per unit. */
type Currency = { code: string; usdRate: number }

/** A position with its price in US dollars, as prices stream. */
export const toStreamed = <T extends { price_usd: number | null }>(position: T, { usdRate }: Currency): T =>
  position.price_usd === null || usdRate === 1 ? position : { ...position, price_usd: position.price_usd * usdRate }

/** A streamed price in the currency of a position; that of the snapshot while it is the same. A bitcoin is always 1 BTC. */
export function toOwnPrice(
  price: number | null,
  { coingecko_id, price_usd }: Pick<Held, 'coingecko_id' | 'price_usd'>,
  { code, usdRate }: Currency,
): number | null {
  if (price === null || price_usd === null || usdRate === 1) return price
  return coinOfCurrency[code] === coingecko_id || price === price_usd * usdRate ? price_usd : price / usdRate
}

/** A unit worth so many US dollars has eight decimals, others two. */
const preciousUnit = 100

/** By how much live prices move the value of all positions, rounded as it is shown. */
export function toLiveGain(positions: readonly Held[], toPrice: ToPrice, currency: Currency): number {
  const toValue = (one: Held) => toLiveValue(one, toOwnPrice(toPrice(toStreamed(one, currency)), one, currency))
  const gain = positions.reduce((sum, one) => sum + (toValue(one) ?? 0) - (one.value_usd ?? 0), 0)
  return Number(gain.toFixed(currency.usdRate >= preciousUnit ? 8 : 2))
}

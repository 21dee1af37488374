import type { PositionView } from '../../../contract/portfolios.ts'

type Held = Pick<PositionView, 'coingecko_id' | 'price_usd' | 'quantity' | 'value_usd' | 'cost_usd'>
type ToPrice = (coin: Pick<PositionView, 'coingecko_id' | 'price_usd'>) => number | null

/** The value of a position at a live price; as of the snapshot while that is the same. */
export const toLiveValue = ({ quantity, price_usd, value_usd }: Held, price: number | null): number | null =>
  value_usd === null || price === null || price === price_usd ? value_usd : quantity * price

/** By how much live prices move the value of all positions. */
export const toLiveGain = (positions: readonly Held[], toPrice: ToPrice): number =>
  positions.reduce((sum, one) => sum + (toLiveValue(one, toPrice(one)) ?? 0) - (one.value_usd ?? 0), 0)

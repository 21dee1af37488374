import type { Coin } from '../../contract/coins.ts'

/** The windows over which a snapshot tells the change of a price. */
export type Window = '1h' | '24h' | '7d'

/** A coin of a snapshot with the changes of some windows. */
export type Changing<W extends Window> = Pick<Coin, 'coingecko_id' | 'price_usd'> &
  Pick<Coin, `price_change_${W}_pct` | `reference_price_${W}`>

/** Does a live price add to what the snapshot tells? Without one, or with an equal one, the snapshot's figures stand as they are. */
const isNews = (price: number | null, known: number | null): price is number => price !== null && price !== known

/**
 * The change that a live price makes over a window, in percent to two decimals; that of the snapshot until there is a
 * live price, or where no reference price is known. The one place that computes a change from a live price.
 */
export function toChange<W extends Window>(coin: Changing<W>, window: W, price: number | null): number | null {
  const known: number | null = coin[`price_change_${window}_pct`]
  const reference: number | null = coin[`reference_price_${window}`]
  if (reference === null || !isNews(price, coin.price_usd)) return known
  const pct = (price / reference - 1) * 100
  return Number.isFinite(pct) ? Number(pct.toFixed(2)) : known
}

/** `amount` in USD, which is in proportion to the price, at the live price. */
export function atPrice(
  amount: number | null,
  { price_usd }: Pick<Coin, 'price_usd'>,
  price: number | null,
): number | null {
  if (amount === null || price_usd === null || !isNews(price, price_usd)) return amount
  const live = (amount * price) / price_usd
  return Number.isFinite(live) ? live : amount
}

/** How far the live price is from an extreme, in percent; null where there is none. */
export function toDistance(extreme: number | null, known: number | null, price: number | null): number | null {
  if (extreme === null || extreme <= 0 || price === null || known === null) return known
  const pct = (price / extreme - 1) * 100
  return Number.isFinite(pct) ? Number(pct.toFixed(2)) : known
}

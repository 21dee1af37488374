import type { Coin } from '@contract/coins.ts'
import { useCallback, useSyncExternalStore } from 'react'
import { livePrices, type ToPrice } from './live.ts'

/** Windows of the price changes in a snapshot. */
export type Window = '1h' | '24h' | '7d' | '30d' | '1y'

/** A coin of a snapshot with its price changes over `W`. */
export type CoinChange<W extends Window> = Pick<Coin, 'coingecko_id' | 'price_usd'> &
  Pick<Coin, `price_change_${W}_pct` | `reference_price_${W}`>

const isNewPrice = (price: number | null, snapshotPrice: number | null): price is number =>
  price !== null && price !== snapshotPrice

/**
 * Price change over a window at the live price, in percent to two decimals; that of the snapshot without a new live price
 * or a reference price. The only place that computes a change from a live price.
 */
export function toChange<W extends Window>(coin: CoinChange<W>, window: W, price: number | null): number | null {
  const known: number | null = coin[`price_change_${window}_pct`]
  const reference: number | null = coin[`reference_price_${window}`]
  if (reference === null || !isNewPrice(price, coin.price_usd)) return known
  const pct = (price / reference - 1) * 100
  return Number.isFinite(pct) ? Number(pct.toFixed(2)) : known
}

/** An amount in USD proportional to the price, such as market cap, at the live price. */
export function scaleToPrice(
  amount: number | null,
  { price_usd }: Pick<Coin, 'price_usd'>,
  price: number | null,
): number | null {
  if (amount === null || price_usd === null || !isNewPrice(price, price_usd)) return amount
  const live = (amount * price) / price_usd
  return Number.isFinite(live) ? live : amount
}

/** Distance of the live price from an extreme such as the all-time high, in percent; null where there is none. */
export function toDistance(extreme: number | null, known: number | null, price: number | null): number | null {
  if (extreme === null || extreme <= 0 || price === null || known === null) return known
  const pct = (price / extreme - 1) * 100
  return Number.isFinite(pct) ? Number(pct.toFixed(2)) : known
}

const toSnapshotPrice: ToPrice = ({ price_usd }) => price_usd

/** `derive` applied to the live price of a coin in USD, or to `snapshotPrice` before the first. */
export function useLiveFigure<T>(id: string, snapshotPrice: number | null, derive: (price: number | null) => T): T {
  const subscribe = useCallback((listener: () => void) => livePrices.onPrice(id, listener), [id])
  return useSyncExternalStore(
    subscribe,
    () => derive(livePrices.price(id) ?? snapshotPrice),
    () => derive(snapshotPrice),
  )
}

/** `derive` applied to the live prices of several coins; re-renders only when the text or number changes. */
export function useLiveFigures<T extends string | number | null>(
  coins: readonly Pick<Coin, 'coingecko_id' | 'price_usd'>[],
  derive: (toPrice: ToPrice) => T,
): T {
  const subscribe = useCallback((listener: () => void) => livePrices.onPrices(coins, listener), [coins])
  return useSyncExternalStore(
    subscribe,
    () => derive(livePrices.toPrice),
    () => derive(toSnapshotPrice),
  )
}

const identity = (price: number | null): number | null => price

/** The live price of a coin in USD, or `snapshotPrice` before the first. */
export const useLivePrice = (id: string, snapshotPrice: number | null): number | null =>
  useLiveFigure(id, snapshotPrice, identity)

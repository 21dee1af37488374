import type { Coin } from '@contract/coins.ts'
import { toDistance, useLiveFigure } from '@/lib/live-figures'
import { Change } from './change'

type LiveDistanceProps = {
  coin: Pick<Coin, 'coingecko_id' | 'price_usd'>
  extreme: number | null
  /** The distance at the price of the snapshot, in percent. */
  known: number | null
}

/** The distance of a coin's live price from an extreme, such as its all-time high. */
export function LiveDistance({ coin, extreme, known }: LiveDistanceProps) {
  const pct = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => toDistance(extreme, known, price))
  return <Change pct={pct} />
}

import type { Coin } from '@contract/coins.ts'
import { formatCompactUsd, formatExact } from '@/lib/format'
import { scaleToPrice, useLiveFigure } from '@/lib/live-figures'
import { Value } from './value'

type LiveAmountProps = { coin: Pick<Coin, 'coingecko_id' | 'price_usd'>; amount: number | null }

/** Six digits of a large amount: between snapshots no more of it is known. */
const toTold = (amount: number): number => (amount < 1e6 ? amount : Number(amount.toPrecision(6)))

/** An amount in USD that is in proportion to the price of a coin, such as its market cap, at the live price. */
export function LiveAmount({ coin, amount }: LiveAmountProps) {
  const live = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => scaleToPrice(amount, coin, price))
  return <Value text={formatCompactUsd(live)} exact={live === null ? '' : `$${formatExact(toTold(live))}`} />
}

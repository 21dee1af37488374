import type { Coin } from '@contract/coins.ts'
import { formatPrice, unknown } from '@/lib/format'
import { useLiveFigure } from '@/lib/live'
import { Value } from './value'

type Range = Pick<Coin, 'low_24h' | 'high_24h'>

/** In percent of the range to one decimal, so that what moves the mark by less than can be seen draws nothing. */
function toPlace(price: number | null, { low_24h: low, high_24h: high }: Range): number | null {
  if (price === null || low === null || high === null || high <= low) return null
  return Math.round(Math.min(1, Math.max(0, (price - low) / (high - low))) * 1000) / 10
}

/** Where the price stands between the lowest and the highest of the last 24 h. `labelled`: with both in words. */
export function DayRange({ coin, labelled = false }: { coin: Coin; labelled?: boolean }) {
  const { low_24h: low, high_24h: high } = coin
  const place = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => toPlace(price, coin))
  if (place === null || low === null || high === null) return <Value text={unknown} />
  const words = `Low ${formatPrice(low)}, high ${formatPrice(high)}`
  return (
    <span className="flex items-center gap-2" title={words}>
      <span className="sr-only">{words}</span>
      {labelled && <span aria-hidden>{formatPrice(low)}</span>}
      <span aria-hidden className="relative h-1 w-full min-w-16 flex-1 rounded-mark bg-line-strong">
        <span className="absolute -top-1 h-3 w-0.5 rounded-mark bg-text" style={{ left: `calc(${place}% - 1px)` }} />
      </span>
      {labelled && <span aria-hidden>{formatPrice(high)}</span>}
    </span>
  )
}

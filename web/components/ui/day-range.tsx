import type { Coin } from '@contract/coins.ts'
import { formatPrice, unknown } from '@/lib/format'
import { useLiveFigure } from '@/lib/live-figures'
import { Value } from './value'

type Range = { low: number; high: number; place: number }

/**
 * The range of the last 24 h with the price in it, which may have left what the snapshot knew; its place in percent to one
 * decimal, so that what moves the mark by less than can be seen draws nothing. As text, so that equal ones are the same.
 */
function describe(price: number | null, { low_24h, high_24h }: Pick<Coin, 'low_24h' | 'high_24h'>): string | null {
  if (price === null || low_24h === null || high_24h === null) return null
  const [low, high] = [Math.min(low_24h, price), Math.max(high_24h, price)]
  if (high <= low) return null
  const place = Math.round(((price - low) / (high - low)) * 1000) / 10
  return JSON.stringify({ low, high, place } satisfies Range)
}

/** Where the price stands between the lowest and the highest of the last 24 h. `labelled`: with both in words. */
export function DayRange({ coin, labelled = false }: { coin: Coin; labelled?: boolean }) {
  const described = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => describe(price, coin))
  if (described === null) return <Value text={unknown} />
  const { low, high, place }: Range = JSON.parse(described)
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

import type { Coin } from '@contract/coins.ts'
import { unknown } from '@/lib/format'
import { useLiveFigure } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'
import { Value } from './value'

type Range = { low: number; high: number; position: number }

/**
 * The 24h range, extended by the live price, and the position of the price in percent. As text with one decimal, so that
 * invisible moves do not re-render.
 */
function describe(price: number | null, { low_24h, high_24h }: Pick<Coin, 'low_24h' | 'high_24h'>): string | null {
  if (price === null || low_24h === null || high_24h === null) return null
  const [low, high] = [Math.min(low_24h, price), Math.max(high_24h, price)]
  if (high <= low) return null
  const position = Math.round(((price - low) / (high - low)) * 1000) / 10
  return JSON.stringify({ low, high, position } satisfies Range)
}

/** Position of the price in its 24h range. `labeled`: with the low and the high beside it. */
export function DayRange({ coin, labeled = false }: { coin: Coin; labeled?: boolean }) {
  const money = useMoney()
  const described = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => describe(price, coin))
  if (described === null) return <Value text={unknown} />
  const { low, high, position }: Range = JSON.parse(described)
  const description = `Low ${money.price(low)}, high ${money.price(high)}`
  return (
    <span className="flex items-center gap-2" title={description}>
      <span className="sr-only">{description}</span>
      {labeled && <span aria-hidden>{money.price(low)}</span>}
      <span aria-hidden className="relative h-1 w-full min-w-16 flex-1 rounded-mark bg-line-strong">
        <span className="absolute -top-1 h-3 w-0.5 rounded-mark bg-text" style={{ left: `calc(${position}% - 1px)` }} />
      </span>
      {labeled && <span aria-hidden>{money.price(high)}</span>}
    </span>
  )
}

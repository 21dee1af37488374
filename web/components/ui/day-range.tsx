'use client'

import type { Coin } from '@contract/coins.ts'
import { formatPrice, unknown } from '@/lib/format'
import { useLivePrice } from '@/lib/live'
import { Value } from './value'

/** Where the price stands between the lowest and the highest of the last 24 h. `labelled`: with both in words. */
export function DayRange({ coin, labelled = false }: { coin: Coin; labelled?: boolean }) {
  const price = useLivePrice(coin.coingecko_id, coin.price_usd)
  const { low_24h: low, high_24h: high } = coin
  if (price === null || low === null || high === null || high <= low) return <Value text={unknown} />
  const part = Math.min(1, Math.max(0, (price - low) / (high - low)))
  const words = `Low ${formatPrice(low)}, high ${formatPrice(high)}`
  return (
    <span className="flex items-center gap-2" title={words}>
      <span className="sr-only">{words}</span>
      {labelled && <span aria-hidden>{formatPrice(low)}</span>}
      <span aria-hidden className="relative h-1 w-full min-w-16 flex-1 rounded-mark bg-line-strong">
        <span
          className="absolute -top-1 h-3 w-0.5 rounded-mark bg-text"
          style={{ left: `calc(${part * 100}% - 1px)` }}
        />
      </span>
      {labelled && <span aria-hidden>{formatPrice(high)}</span>}
    </span>
  )
}

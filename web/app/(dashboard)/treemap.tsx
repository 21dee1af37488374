import type { Coin, CoinList } from '@contract/coins.ts'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState, Skeleton } from '@/components/ui/states'
import { coinHref } from '@/lib/coin'
import { formatCompactUsd, formatPct, formatPrice } from '@/lib/format'
import { changeTiers, toStepColor } from '@/lib/tiers'
import { layOutTreemap } from './treemap-layout'

const frames = [
  { ratio: 1.75, className: 'hidden sm:block' },
  { ratio: 0.8, className: 'sm:hidden' },
] as const

const describe = (coin: Coin): string =>
  `${coin.name}: market cap ${formatCompactUsd(coin.market_cap)}, 24 h ${formatPct(coin.price_change_24h_pct)}, price ${formatPrice(coin.price_usd)}`

function Legend() {
  return (
    <ul aria-label="24 h change" className="num flex text-[12px] text-muted">
      {changeTiers.map(({ step, label }) => (
        <li key={step} className="flex flex-1 flex-col items-center gap-1">
          <span className="h-2 w-full" style={{ background: `var(--step-${step})` }} />
          <span className="hidden whitespace-nowrap sm:block">{label}</span>
          {(step === 1 || step === 4 || step === 7) && <span className="whitespace-nowrap sm:hidden">{label}</span>}
        </li>
      ))}
    </ul>
  )
}

function Frame({ coins, ratio, className }: { coins: Coin[]; ratio: number; className: string }) {
  const tiles = useMemo(() => layOutTreemap(coins, ratio), [coins, ratio])
  return (
    <div className={cn('relative h-full', className)} data-treemap={ratio}>
      {tiles.map(({ coin, left, top, width, height }) => (
        <IntentLink
          key={coin.id}
          href={coinHref(coin)}
          title={describe(coin)}
          data-cap={coin.market_cap}
          className="tile absolute flex flex-col items-center justify-center overflow-hidden border border-surface text-[12px] leading-tight hover:brightness-110 focus-visible:z-10 focus-visible:-outline-offset-2"
          style={{
            left: `${left}%`,
            top: `${top}%`,
            width: `${width}%`,
            height: `${height}%`,
            background: toStepColor(coin.price_change_24h_pct),
            color: 'var(--tile-text)',
          }}
        >
          <span className="sr-only">{describe(coin)}</span>
          <span aria-hidden className="tile-symbol max-w-full truncate font-semibold uppercase">
            {coin.symbol}
          </span>
          <span aria-hidden className="tile-change num whitespace-nowrap">
            {formatPct(coin.price_change_24h_pct)}
          </span>
        </IntentLink>
      ))}
    </div>
  )
}

/** Market caps as areas, 24 h changes as colours. */
export function Treemap({ coins, className }: { coins: CoinList | undefined; className?: string }) {
  const shown = coins?.items.filter(({ market_cap }) => market_cap !== null) ?? []
  const scope =
    coins !== undefined && coins.total > shown.length
      ? `largest ${shown.length} of ${coins.total} coins`
      : `${shown.length} coins`
  return (
    <section className={cn('panel flex flex-col', className)} aria-label="Market treemap">
      <header className="flex h-11 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="text-[14px] font-semibold whitespace-nowrap">Market map</h2>
        <p className="truncate text-[12px] text-faint">Area: market cap, {scope}. Colour: 24 h change.</p>
      </header>
      <div className="h-[440px] p-3 sm:h-[540px]">
        {coins === undefined && <Skeleton className="h-full" />}
        {coins !== undefined && shown.length === 0 && (
          <EmptyState title="No coin to show yet">
            <p className="text-[13px] text-muted">The map fills with the first snapshot of the market.</p>
          </EmptyState>
        )}
        {shown.length > 0 && frames.map((frame) => <Frame key={frame.ratio} coins={shown} {...frame} />)}
      </div>
      <footer className="px-3 pb-3">
        <Legend />
      </footer>
    </section>
  )
}

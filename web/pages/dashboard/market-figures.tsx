import type { Coin } from '@contract/coins.ts'
import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { ReactNode } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/states'
import { Time } from '@/components/ui/time'
import { Value } from '@/components/ui/value'
import { formatCompactUsd, formatExact, formatPoints, formatShare, unknown } from '@/lib/format'
import { useLiveFigures } from '@/lib/live'
import { type LiveTotals, toLiveTotals } from './live-totals'
import { type Lines, toLines } from './market-sparklines'

const noDayAgo = 'There is no figure of a day ago yet to compare with'

type FigureProps = {
  label: string
  title: string
  note: ReactNode
  line?: readonly number[] | undefined
  lines?: Lines | null
  children: ReactNode
}

function Figure({ label, title, note, line = [], lines = null, children }: FigureProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 px-3 py-3 sm:px-4" title={title}>
      <dt className="text-[12px] leading-4 text-muted">{label}</dt>
      <dd className="num flex h-8 items-center gap-2 text-[20px] font-medium whitespace-nowrap">
        {children}
        {lines !== null && line.length > 0 && (
          <span className="ml-auto min-w-0" title={`${label} ${lines.words}`}>
            <Sparkline
              prices={line}
              label={`${label} ${lines.words}`}
              direction="flat"
              width={60}
              height={26}
              className="max-w-full"
            />
          </span>
        )}
      </dd>
      <dd className="num h-5 text-[12px] whitespace-nowrap text-faint">{note}</dd>
    </div>
  )
}

const overDay = (change: ReactNode) => (
  <>
    {change} <span>24 h</span>
  </>
)

const AsOf = ({ instant }: { instant: string }) => (
  <>
    as of <Time instant={instant} />
  </>
)

function Breadth({ advancing, declining, active_coins }: MarketOverview) {
  if (active_coins === 0) return <Value text={unknown} />
  const share = (count: number) => ({ width: `${(count / Math.max(1, active_coins)) * 100}%` })
  return (
    <span className="flex w-full min-w-28 flex-col gap-1.5">
      <span className="flex justify-between text-[14px] leading-none">
        <span className="text-up">▲ {advancing}</span>
        <span className="text-down">▼ {declining}</span>
      </span>
      <span aria-hidden className="flex h-1.5 justify-between overflow-hidden rounded-mark bg-line">
        <span className="bg-up" style={share(advancing)} />
        <span className="bg-down" style={share(declining)} />
      </span>
    </span>
  )
}

const cells = 'grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 xl:grid-cols-6 [&>*]:bg-surface'

type FiguresProps = {
  overview: MarketOverview | undefined
  history: MarketHistory | undefined
  /** The coins whose live prices move the totals: those of the map. */
  coins: readonly Coin[]
}

type Shown = Omit<LiveTotals, 'total_market_cap'> & { market_cap: string }

/** The totals at live prices as they are shown, so that what cannot be seen draws nothing; undefined without an overview. */
function useLiveTotals(overview: MarketOverview | undefined, coins: readonly Coin[]): Shown | undefined {
  const text = useLiveFigures(coins, (toPrice) => {
    if (overview === undefined) return null
    const { total_market_cap, ...totals } = toLiveTotals(overview, coins, toPrice)
    return JSON.stringify({ ...totals, market_cap: formatCompactUsd(total_market_cap) } satisfies Shown)
  })
  return text === null ? undefined : JSON.parse(text)
}

/** Six figures of the market, each with what it did over 24 h, and a line where its history is known. */
export function Figures({ overview, history, coins }: FiguresProps) {
  const totals = useLiveTotals(overview, coins)
  if (overview === undefined || totals === undefined)
    return (
      <div className={cn('panel', cells)}>
        {['cap', 'volume', 'btc', 'eth', 'breadth', 'coins'].map((name) => (
          <div key={name} className="flex h-[88px] flex-col gap-2 px-4 py-3">
            <Skeleton className="h-3 w-20" />
            <Skeleton className="h-6 w-28" />
            <Skeleton className="h-3 w-16" />
          </div>
        ))}
      </div>
    )
  const lines = toLines(history)
  const isEmpty = overview.active_coins === 0
  const { btc_dominance_change_24h: btc, eth_dominance_change_24h: eth } = totals
  return (
    <dl className={cn('panel', cells)} data-testid="figures">
      <Figure
        label="Market cap"
        title="Sum of the market caps of the tracked coins, at live prices for those on the map"
        lines={lines}
        line={lines?.cap}
        note={overDay(<Change pct={totals.market_cap_change_24h_pct} why={noDayAgo} />)}
      >
        <span className="text-[28px] font-semibold tracking-tight">
          <Value text={isEmpty ? unknown : totals.market_cap} />
        </span>
      </Figure>
      <Figure
        label="Volume, 24 h"
        title="US dollars traded in the last 24 h over the tracked coins"
        lines={lines}
        line={lines?.volume}
        note={overDay(<Change pct={overview.volume_change_24h_pct} why={noDayAgo} />)}
      >
        <Value text={formatCompactUsd(isEmpty ? null : overview.total_volume_24h)} />
      </Figure>
      <Figure
        label="Bitcoin dominance"
        title="Bitcoin's share of the market cap of the tracked coins; its change in percentage points"
        lines={lines}
        line={lines?.btc}
        note={overDay(<Change pct={btc} text={formatPoints(btc)} why={noDayAgo} />)}
      >
        <Value text={formatShare(totals.btc_dominance)} />
      </Figure>
      <Figure
        label="Ethereum dominance"
        title="Ethereum's share of the market cap of the tracked coins; its change in percentage points"
        lines={lines}
        line={lines?.eth}
        note={overDay(<Change pct={eth} text={formatPoints(eth)} why={noDayAgo} />)}
      >
        <Value text={formatShare(totals.eth_dominance)} />
      </Figure>
      <Figure label="Advancing and declining" title="Coins whose price rose and fell over 24 h" note="over 24 h">
        <Breadth {...overview} {...totals} />
      </Figure>
      <Figure
        label="Coins tracked"
        title="Coins that the warehouse follows"
        note={overview.last_updated === null ? 'no snapshot yet' : <AsOf instant={overview.last_updated} />}
      >
        {formatExact(overview.active_coins)}
      </Figure>
    </dl>
  )
}

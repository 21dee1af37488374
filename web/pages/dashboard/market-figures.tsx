import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { ReactNode } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { Amount } from '@/components/ui/amount'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/states'
import { Value } from '@/components/ui/value'
import { formatExact, formatPoints, formatShare, formatTime, formatUtc, unknown } from '@/lib/format'
import { useLiveFigures } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'
import { type LiveTotals, toLiveTotals } from './live-totals'
import { type MarketSparklines, toMarketSparklines } from './market-sparklines'
import type { MapCoin } from './treemap-layout'

type FigureProps = {
  label: string
  title: string
  note: ReactNode
  sparkline?: readonly number[] | undefined
  /** What the sparkline covers: period, interval and coins. */
  scope?: string | undefined
  children: ReactNode
}

function Figure({ label, title, note, sparkline = [], scope = '', children }: FigureProps) {
  const sparklineLabel = `${label}, ${scope}`
  return (
    <div className="flex min-w-0 flex-col gap-0.5 px-3 py-3 sm:px-4" title={title}>
      <dt className="text-[12px] leading-4 text-muted">{label}</dt>
      <dd className="num flex h-8 items-center gap-2 text-[20px] font-medium whitespace-nowrap">
        {children}
        {sparkline.length > 0 && (
          <span className="ml-auto min-w-0" title={sparklineLabel}>
            <Sparkline
              prices={sparkline}
              label={sparklineLabel}
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

function DayChange({ pct, text }: { pct: number | null; text?: string }) {
  return (
    <>
      <Change pct={pct} {...(text === undefined ? {} : { text })} why="No value from 24 h ago" /> <span>24h</span>
    </>
  )
}

type DominanceProps = {
  name: string
  share: number | null
  change: number | null
  sparkline: readonly number[] | undefined
  scope: string | undefined
}

function Dominance({ name, share, change, ...sparkline }: DominanceProps) {
  return (
    <Figure
      label={`${name} dominance`}
      title={`${name}'s share of total market cap. The change is in percentage points.`}
      note={<DayChange pct={change} text={formatPoints(change)} />}
      {...sparkline}
    >
      <Value text={formatShare(share)} />
    </Figure>
  )
}

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

const grid = 'grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 xl:grid-cols-6 [&>*]:bg-surface'

const FiguresSkeleton = () => (
  <div className={cn('panel', grid)}>
    {['cap', 'volume', 'btc', 'eth', 'breadth', 'coins'].map((name) => (
      <div key={name} className="flex h-[88px] flex-col gap-2 px-4 py-3">
        <Skeleton className="h-3 w-20" />
        <Skeleton className="h-6 w-28" />
        <Skeleton className="h-3 w-16" />
      </div>
    ))}
  </div>
)

type FormattedTotals = Omit<LiveTotals, 'total_market_cap'> & { market_cap: string }

/** The totals at live prices. They are compared as formatted, so an invisible change renders nothing. */
function useLiveTotals(overview: MarketOverview | undefined, coins: readonly MapCoin[]): FormattedTotals | undefined {
  const money = useMoney()
  const text = useLiveFigures(coins, (toPrice) => {
    if (overview === undefined) return null
    const { total_market_cap, ...totals } = toLiveTotals(overview, coins, toPrice)
    return JSON.stringify({ ...totals, market_cap: money.amount(total_market_cap) } satisfies FormattedTotals)
  })
  return text === null ? undefined : JSON.parse(text)
}

type MarketFiguresProps = {
  overview: MarketOverview | undefined
  history: MarketHistory | undefined
  /** The coins whose live prices move the totals: those of the market map. */
  coins: readonly MapCoin[]
}

/** The key figures of the market with their 24h changes and sparklines. */
export function MarketFigures({ overview, history, coins }: MarketFiguresProps) {
  const totals = useLiveTotals(overview, coins)
  if (overview === undefined || totals === undefined) return <FiguresSkeleton />
  return <FigureList overview={overview} totals={totals} sparklines={toMarketSparklines(history)} />
}

type FigureListProps = { overview: MarketOverview; totals: FormattedTotals; sparklines: MarketSparklines | null }

function FigureList({ overview, totals, sparklines }: FigureListProps) {
  const money = useMoney()
  const isEmpty = overview.active_coins === 0
  const scope = sparklines?.scope
  return (
    <dl className={cn('panel', grid)} data-testid="figures">
      <Figure
        label="Market cap"
        title="Total market cap of the tracked coins, at live prices"
        sparkline={sparklines?.cap}
        scope={scope}
        note={<DayChange pct={money.change(totals.market_cap_change_24h_pct, '24h')} />}
      >
        <span className="text-[28px] font-semibold tracking-tight">
          <Value text={isEmpty ? unknown : totals.market_cap} />
        </span>
      </Figure>
      <Figure
        label="24h volume"
        title="Total trading volume of the tracked coins in the last 24 h, in US dollars"
        sparkline={sparklines?.volume}
        scope={scope}
        note={<DayChange pct={money.change(overview.volume_change_24h_pct, '24h')} />}
      >
        <Amount usd={isEmpty ? null : overview.total_volume_24h} />
      </Figure>
      <Dominance
        name="Bitcoin"
        share={totals.btc_dominance}
        change={totals.btc_dominance_change_24h}
        sparkline={sparklines?.btc}
        scope={scope}
      />
      <Dominance
        name="Ethereum"
        share={totals.eth_dominance}
        change={totals.eth_dominance_change_24h}
        sparkline={sparklines?.eth}
        scope={scope}
      />
      <Figure label="Advancers and decliners" title="Coins whose price rose or fell in the last 24 h" note="24h">
        <Breadth {...overview} {...totals} />
      </Figure>
      <Figure
        label="Tracked coins"
        title="Tracked coins with a valid price in the last 24 h"
        note={
          overview.last_updated === null ? (
            'No snapshot yet'
          ) : (
            <>
              as of{' '}
              <time dateTime={overview.last_updated} title={formatUtc(overview.last_updated)} className="num">
                {formatTime(overview.last_updated)}
              </time>
            </>
          )
        }
      >
        {formatExact(overview.active_coins)}
      </Figure>
    </dl>
  )
}

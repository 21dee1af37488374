import type { MarketSummary } from '@contract/market-figures.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Change } from '@/components/ui/change'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { Segmented } from '@/components/ui/segmented'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatDay, formatFraction } from '@/lib/format'
import { coinHref } from '@/lib/links'
import { type InitialData, summaryQuery } from './dashboard-queries'

const lists = [
  { value: 'best', label: 'Best', title: 'Highest return' },
  { value: 'worst', label: 'Worst', title: 'Lowest return' },
  { value: 'volatile', label: 'Most volatile', title: 'Highest daily volatility' },
] as const
type List = (typeof lists)[number]['value']

type Ranked = MarketSummary['top_performers'][number] | MarketSummary['most_volatile'][number]

const toRanked = (summary: MarketSummary, list: List): readonly Ranked[] =>
  ({ best: summary.top_performers, worst: summary.top_losers, volatile: summary.most_volatile })[list]

const empty: Record<List, string> = {
  best: 'No coin rose over these days.',
  worst: 'No coin fell over these days.',
  volatile: 'Not enough history yet.',
}

function Ranking({ summary, list }: { summary: MarketSummary; list: List }) {
  const coins = toRanked(summary, list)
  if (summary.as_of === null)
    return <p className="p-4 text-[13px] text-muted">Appears after the first run of the analytics.</p>
  if (coins.length === 0) return <p className="p-4 text-[13px] text-muted">{empty[list]}</p>
  return (
    <ol className="py-1" data-testid="week">
      {coins.map((coin) => (
        <li key={coin.coin_id}>
          <IntentLink href={coinHref(coin)} className="flex h-9 items-center gap-2.5 px-4 text-[13px] hover:bg-raised">
            <CoinIcon coin={coin} />
            <span className="truncate font-medium">{coin.name}</span>
            <span className="text-[12px] text-faint uppercase">{coin.symbol}</span>
            <span className="num ml-auto">
              {'return_pct' in coin ? <Change pct={coin.return_pct} /> : formatFraction(coin.volatility / 100, 1)}
            </span>
          </IntentLink>
        </li>
      ))}
    </ol>
  )
}

/** The best, worst and most volatile coins of the last 7 closed days. */
export function WeekPanel({ initial }: { initial: InitialData }) {
  const { data, error, refetch } = useQuery(summaryQuery(initial))
  const [list, setList] = useState<List>('best')
  const asOf = data?.as_of ?? null
  return (
    <Panel
      title="Last 7 days"
      note={
        asOf === null
          ? undefined
          : `${list === 'volatile' ? 'Daily volatility' : 'Return'}, closed days to ${formatDay(asOf)}`
      }
      controls={<Segmented label="Ranking of 7 days" value={list} options={lists} onChange={setList} />}
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-40" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && <Ranking summary={data} list={list} />}
      <p className="mt-auto border-t border-line px-4 py-3 text-[12px]">
        <IntentLink href="/analytics" className="text-accent hover:underline">
          Rankings of drawdown, volatility and return
        </IntentLink>
      </p>
    </Panel>
  )
}

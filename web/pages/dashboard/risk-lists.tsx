import type { VolatilityRanking } from '@contract/analytics.ts'
import { useQuery } from '@tanstack/react-query'
import { ChartFrame } from '@/components/charts/chart-frame'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatFraction, formatSignedFraction } from '@/lib/format'
import { coinHref } from '@/lib/links'
import { type InitialData, rankingQuery, riskQuery } from './dashboard-queries'
import { type RiskCoin, type RiskList, rankBy, riskLists } from './risk-list-content'

const height = 'h-[200px]'

function Bars({ list, coins }: { list: RiskList; coins: RiskCoin[] }) {
  const max = coins[0]?.[list.key] ?? 0
  const format = (value: number) =>
    list.key === 'max_drawdown' ? formatSignedFraction(-value, 1) : formatFraction(value, 1)
  return (
    <ol className="py-1">
      {coins.map((coin) => {
        const value = coin[list.key] ?? 0
        return (
          <li key={coin.coin_id}>
            <IntentLink
              href={coinHref(coin)}
              title={`${coin.name}: ${format(value)}, ${coin.observations} daily returns`}
              className="grid h-[38px] grid-cols-[minmax(0,5fr)_minmax(0,6fr)_64px] items-center gap-3 px-4 text-[13px] hover:bg-raised"
            >
              <span className="flex min-w-0 items-center gap-2.5">
                <CoinIcon coin={coin} />
                <span className="truncate font-medium">{coin.name}</span>
                <span className="hidden text-[12px] text-faint uppercase sm:inline">{coin.symbol}</span>
              </span>
              <span aria-hidden className="h-2 rounded-mark bg-line">
                <span
                  className="block h-full rounded-mark bg-muted"
                  style={{ width: `${max === 0 ? 0 : (value / max) * 100}%` }}
                />
              </span>
              <span className="num text-right">{format(value)}</span>
            </IntentLink>
          </li>
        )
      })}
    </ol>
  )
}

type PanelProps = { list: RiskList; ranking: VolatilityRanking | undefined; error: Error | null; onRetry: () => void }

function RiskPanel({ list, ranking, error, onRetry }: PanelProps) {
  const coins = rankBy(ranking ?? [], list.key)
  return (
    <ChartFrame
      title={list.title}
      sentence={list.sentence}
      method={list.toMethod(coins)}
      toTable={() => list.toTable(coins)}
      fileName={list.fileName}
      tableClassName={height}
      legend={
        <p className="flex flex-wrap justify-between gap-x-4">
          {list.legend}
          <IntentLink href="/analytics" className="whitespace-nowrap text-accent hover:underline">
            All coins
          </IntentLink>
        </p>
      }
    >
      <div className={height}>
        {ranking === undefined && error === null && <Skeleton className="m-4 h-40" />}
        {ranking === undefined && error !== null && <ErrorState message={error.message} onRetry={onRetry} />}
        {ranking !== undefined && coins.length === 0 && (
          <p className="p-4 text-[13px] text-muted">
            Not enough history yet. The ranking appears once {riskQuery.period_days} days of history are backfilled and
            analytics have run.
          </p>
        )}
        <Bars list={list} coins={coins} />
      </div>
    </ChartFrame>
  )
}

export function RiskLists({ initial }: { initial: InitialData }) {
  const { data, error, refetch } = useQuery(rankingQuery(initial))
  return (
    <div className="below grid grid-cols-1 gap-3 lg:grid-cols-2">
      {riskLists.map((list) => (
        <RiskPanel key={list.key} list={list} ranking={data} error={error} onRetry={() => void refetch()} />
      ))}
    </div>
  )
}

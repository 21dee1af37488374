import type { CoinAnalytics } from '@contract/analytics.ts'
import type { CoinDetail } from '@contract/coins.ts'
import { analyticsPeriods } from '@contract/lists.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryState } from 'nuqs'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable } from '@/components/charts/chart-table'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Segmented } from '@/components/ui/segmented'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { Switch } from '@/components/ui/switch'
import { formatDay, formatRatio } from '@/lib/format'
import { coinHref } from '@/lib/links'
import { correlationParser, relatedParser } from './chart-state'
import { analyticsQuery } from './coin-queries'

type CorrelatedCoin = CoinAnalytics['most_correlated'][number]

const height = 'h-[236px]'
const periodOptions = analyticsPeriods.map((days) => ({
  value: `${days}` as const,
  label: `${days}d`,
  title: `Last ${days} closed days`,
}))

/** −1 is the left end, 0 the middle, +1 the right end. */
function CorrelationBar({ value }: { value: number }) {
  const width = `${Math.abs(value) * 50}%`
  const place = value < 0 ? { right: '50%', width } : { left: '50%', width }
  return (
    <span aria-hidden className="relative h-2.5">
      <span className="absolute inset-x-0 top-1 h-0.5 bg-line" />
      <span
        className="absolute inset-y-0 rounded-mark"
        style={{ ...place, background: `var(--step-${value < 0 ? 1 : 7})` }}
      />
      <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
    </span>
  )
}

function BarList({ title, coins }: { title: string; coins: CorrelatedCoin[] }) {
  return (
    <section className="min-w-0" aria-label={title}>
      <h3 className="px-4 pt-3 pb-1 text-[12px] font-medium text-muted">{title}</h3>
      <ol>
        {coins.map((coin) => (
          <li key={coin.coin_id}>
            <IntentLink
              href={coinHref(coin)}
              title={`${coin.name}: ${formatRatio(coin.correlation)}, ${coin.observations} daily returns`}
              className="grid h-10 grid-cols-[minmax(0,5fr)_minmax(0,6fr)_44px] items-center gap-3 px-4 text-[13px] hover:bg-raised"
            >
              <span className="flex min-w-0 items-center gap-2.5">
                <CoinIcon coin={coin} />
                <span className="truncate font-medium">{coin.name}</span>
              </span>
              <CorrelationBar value={coin.correlation} />
              <span className="num text-right">{formatRatio(coin.correlation)}</span>
            </IntentLink>
          </li>
        ))}
      </ol>
    </section>
  )
}

const toTable = (coin: CoinDetail, analytics: CoinAnalytics | undefined): ChartTable<CorrelatedCoin> => ({
  caption: `Most and least correlated with ${coin.name}, ${analytics?.period_days ?? 0} days`,
  columns: [
    { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
    { label: 'Symbol', field: 'symbol', value: ({ symbol }) => symbol, text: ({ symbol }) => symbol.toUpperCase() },
    {
      label: 'Correlation',
      field: 'correlation',
      value: ({ correlation }) => correlation,
      text: ({ correlation }) => formatRatio(correlation),
      numeric: true,
    },
    {
      label: 'Daily returns',
      field: 'observations',
      value: ({ observations }) => observations,
      text: ({ observations }) => String(observations),
      numeric: true,
    },
  ],
  items: [...(analytics?.most_correlated ?? []), ...(analytics?.least_correlated ?? [])],
  toKey: ({ coin_id }) => String(coin_id),
})

const toMethod = (analytics: CoinAnalytics | undefined, related: boolean) => ({
  about: 'Pearson correlation of simple daily returns, over the closed UTC days on which both coins have a return.',
  facts: [
    { label: 'Period', text: `${analytics?.period_days ?? 0} closed days` },
    {
      label: 'Coins',
      text: `Largest by market cap${related ? '' : ', excluding stablecoins and wrapped, staked or bridged coins'}`,
    },
    {
      label: 'As of',
      text: analytics?.as_of == null ? 'Not computed yet' : `Close of ${formatDay(analytics.as_of)}, UTC`,
    },
  ],
})

function NoCorrelations({ analytics }: { analytics: CoinAnalytics }) {
  const text = !analytics.is_correlated
    ? 'Correlations are computed for the largest coins only. This coin is not one of them.'
    : `No correlations over ${analytics.period_days} days: too few daily returns, or no other coins. Try another period or “All assets”.`
  return <p className="p-4 text-[13px] text-muted">{text}</p>
}

/** The coins with the highest and lowest correlation. */
export function Correlated({ coin }: { coin: CoinDetail }) {
  const [over, setOver] = useQueryState('correlation', correlationParser.withOptions({ history: 'push' }))
  const [related, setRelated] = useQueryState('related', relatedParser.withOptions({ history: 'push' }))
  const { data, error, refetch } = useQuery({
    ...analyticsQuery(coin.id, Number(over), related),
    placeholderData: keepPreviousData,
  })
  const isEmpty = data !== undefined && data.most_correlated.length + data.least_correlated.length === 0
  return (
    <ChartFrame
      title={`Correlation with ${coin.name}`}
      sentence="Correlation of daily returns with other large coins."
      method={toMethod(data, related)}
      toTable={() => toTable(coin, data)}
      fileName={`${coin.coingecko_id}-correlation-${over}d`}
      tableClassName={height}
      controls={
        <>
          <Switch
            label="All assets"
            title="Include stablecoins and wrapped, staked and bridged coins"
            checked={related}
            onChange={(next) => void setRelated(next)}
          />
          <Segmented
            label="Correlation period"
            value={over}
            options={periodOptions}
            onChange={(next) => void setOver(next)}
          />
        </>
      }
      legend={
        <ul className="flex flex-wrap gap-x-6 gap-y-1">
          <li>−1: perfect negative correlation</li>
          <li>0: uncorrelated</li>
          <li>+1: perfect positive correlation</li>
        </ul>
      }
    >
      <div className="min-h-[236px] pb-1">
        {data === undefined && error === null && <Skeleton className={`m-4 ${height}`} />}
        {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
        {data !== undefined && isEmpty && <NoCorrelations analytics={data} />}
        {data !== undefined && !isEmpty && (
          <div className="grid md:grid-cols-2">
            <BarList title="Most correlated" coins={data.most_correlated} />
            <BarList title="Least correlated" coins={data.least_correlated} />
          </div>
        )}
      </div>
    </ChartFrame>
  )
}

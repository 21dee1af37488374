import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable } from '@/components/charts/chart-table'
import type { Method } from '@/components/charts/method'
import { Segmented } from '@/components/ui/segmented'
import { fetchRolling } from '@/lib/api'
import { formatFraction, formatRatio } from '@/lib/format'
import { type CoinChoice, CoinSelect } from './coin-select'
import { PanelState } from './panel-state'
import type { RollingPoint } from './rolling-lines'
import { RollingPlot } from './rolling-plot'
import { metricOptions, windowOptions, windowParsers } from './window-state'

const spanDays = 365

const method: Method = {
  about:
    'Figures of the daily returns r of a coin, and of the other coin m, over the window that ends on each day. Missing days are skipped.',
  facts: [
    {
      label: 'Correlation',
      text: 'Pearson correlation of r and m. Band: 95% interval by Fisher z, tanh(atanh ρ ± 1.96 ÷ √(n − 3))',
    },
    { label: 'Beta', text: 'Covariance of r and m ÷ variance of m' },
    { label: 'Volatility', text: 'Sample standard deviation of r × √365. Windows under 30 returns: not annualized' },
    { label: 'Observations', text: 'At least 80% of the window and 5 daily returns' },
    { label: 'Source', text: 'Daily closes of the last 365 closed UTC days' },
  ],
}

const figure = (
  label: string,
  field: 'correlation' | 'beta' | 'volatility' | 'correlation_low' | 'correlation_high',
) => ({
  label,
  field,
  value: (point: RollingPoint) => point[field],
  text: (point: RollingPoint) => (field === 'volatility' ? formatFraction(point[field], 2) : formatRatio(point[field])),
  numeric: true,
})

const toTable = (caption: string, points: readonly RollingPoint[]): ChartTable<RollingPoint> => ({
  caption,
  columns: [
    { label: 'Day (UTC)', field: 'date', value: ({ date }) => date, text: ({ date }) => date },
    figure('Correlation', 'correlation'),
    figure('Lower 95%', 'correlation_low'),
    figure('Upper 95%', 'correlation_high'),
    figure('Beta', 'beta'),
    figure('Daily volatility', 'volatility'),
    {
      label: 'Daily returns',
      field: 'observations',
      value: ({ observations }) => observations,
      text: ({ observations }) => String(observations),
      numeric: true,
    },
  ],
  items: points.toReversed(),
  toKey: ({ date }) => date,
})

/** Rolling correlation, beta and volatility of a pair over the last year. */
export function RollingPanel({ coins }: { coins: readonly CoinChoice[] }) {
  const [state, setState] = useQueryStates(windowParsers)
  const { coin, versus, window, metric, returns } = state
  const query = { coin, versus, window: Number(window), period_days: spanDays, returns }
  const { data, error, refetch } = useQuery({
    queryKey: ['rolling', query],
    queryFn: () => fetchRolling(query),
    placeholderData: keepPreviousData,
  })
  const names = data === undefined ? '' : `${data.coin.name} and ${data.versus.name}`
  const caption = `Rolling ${metric} of ${metric === 'volatility' ? data?.coin.name : names}, ${data?.window} daily returns`
  return (
    <ChartFrame
      title="Rolling risk"
      sentence="Correlation, beta and volatility over the window that ends on each day."
      method={method}
      toTable={() => toTable(caption, data?.points ?? [])}
      fileName={`rolling-${coin}-${versus}-${window}d`}
      tableClassName="h-[376px]"
      legend={
        metric === 'correlation'
          ? 'Band: 95% confidence interval of the correlation.'
          : metric === 'beta'
            ? `Beta of ${data?.coin.name ?? coin} to ${data?.versus.name ?? versus}: 1 moves as much.`
            : `Volatility of ${data?.coin.name ?? coin}.`
      }
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3">
        <CoinSelect label="Coin" value={coin} coins={coins} onChange={(next) => void setState({ coin: next })} />
        <CoinSelect label="Versus" value={versus} coins={coins} onChange={(next) => void setState({ versus: next })} />
        <Segmented
          label="Figure"
          value={metric}
          options={metricOptions}
          onChange={(next) => void setState({ metric: next })}
        />
        <Segmented
          label="Window"
          value={window}
          options={windowOptions}
          onChange={(next) => void setState({ window: next })}
        />
      </div>
      <PanelState
        error={error}
        onRetry={() => void refetch()}
        empty={data === undefined ? undefined : null}
        className="h-[340px]"
      >
        {() => (
          <RollingPlot
            points={data?.points ?? []}
            metric={metric}
            window={data?.window ?? Number(window)}
            label={caption}
          />
        )}
      </PanelState>
    </ChartFrame>
  )
}

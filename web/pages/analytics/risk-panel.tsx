import type { RiskTableCoin } from '@contract/analytics.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable, Column } from '@/components/charts/chart-table'
import { DataTable } from '@/components/charts/data-table'
import type { Method } from '@/components/charts/method'
import { Button } from '@/components/ui/button'
import { Switch } from '@/components/ui/switch'
import { fetchRiskTable } from '@/lib/api'
import { formatFraction, formatRatio, formatSignedFraction, unknown } from '@/lib/format'
import { dayMs, toUtcDay } from '../../../contract/time.ts'
import { type CoinChoice, CoinSelect } from './coin-select'
import { PanelState } from './panel-state'
import { windowParsers } from './window-state'

const method: Method = {
  about:
    'Risk of the daily returns r over the days chosen, against the benchmark m. Brackets are 95% confidence intervals. Log returns replace close ÷ previous close − 1 by its natural logarithm.',
  facts: [
    { label: 'Sharpe ratio', text: '(mean r × 365 − risk-free rate) ÷ (standard deviation × √365)' },
    {
      label: 'Interval',
      text: 'S ± 1.96 × √((1 − γS + (κ − 1) ÷ 4 × S²) ÷ (n − 1)) of the daily ratio S, × √365, with skewness γ and kurtosis κ (Mertens 2002)',
    },
    { label: 'VaR 95%', text: 'Loss at the 5% quantile of r' },
    { label: 'CVaR 95%', text: 'Expected shortfall: mean loss of the days at or beyond the VaR' },
    { label: 'Beta', text: 'Covariance of r and m ÷ variance of m' },
    { label: 'Correlation', text: 'Pearson correlation of r and m. Interval by Fisher z' },
    { label: 'Observations', text: 'At least 80% of the days and 5 daily returns. Sharpe ratio: 30' },
  ],
}

const toRange = (value: number | null, low: number | null, high: number | null): string =>
  value === null
    ? unknown
    : low === null || high === null
      ? formatRatio(value)
      : `${formatRatio(value)} [${formatRatio(low)}, ${formatRatio(high)}]`

type Field = { [K in keyof RiskTableCoin]: RiskTableCoin[K] extends number | null ? K : never }[keyof RiskTableCoin]

const column = (label: string, field: Field, text: (coin: RiskTableCoin) => string): Column<RiskTableCoin> => ({
  label,
  field,
  value: (coin) => coin[field],
  text,
  numeric: true,
})

const columns: readonly Column<RiskTableCoin>[] = [
  { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
  column('Return', 'period_return', (coin) => formatSignedFraction(coin.period_return, 1)),
  column('Volatility, annualized', 'volatility_annualized', (coin) => formatFraction(coin.volatility_annualized, 1)),
  column('Sharpe ratio', 'sharpe_ratio', (coin) => toRange(coin.sharpe_ratio, coin.sharpe_low, coin.sharpe_high)),
  column('Max drawdown', 'max_drawdown', (coin) =>
    coin.max_drawdown === null ? unknown : formatSignedFraction(-coin.max_drawdown, 1),
  ),
  column('VaR 95%', 'value_at_risk_95', (coin) => formatFraction(coin.value_at_risk_95, 2)),
  column('CVaR 95%', 'expected_shortfall_95', (coin) => formatFraction(coin.expected_shortfall_95, 2)),
  column('Beta', 'beta', (coin) => formatRatio(coin.beta)),
  column('Correlation', 'correlation', (coin) =>
    toRange(coin.correlation, coin.correlation_low, coin.correlation_high),
  ),
  column('Daily returns', 'observations', (coin) => String(coin.observations)),
]

/** Bounds of the intervals, for the CSV and the data table. */
const bounds: readonly Column<RiskTableCoin>[] = (
  ['sharpe_low', 'sharpe_high', 'correlation_low', 'correlation_high'] as const
).map((field) => column(field.replace('_', ' '), field, (coin) => formatRatio(coin[field])))

const toTable = (
  caption: string,
  coins: readonly RiskTableCoin[],
  more: readonly Column<RiskTableCoin>[] = [],
): ChartTable<RiskTableCoin> => ({
  caption,
  columns: [...columns, ...more],
  items: coins,
  toKey: ({ coin_id }) => String(coin_id),
})

type DayInputProps = { label: string; value: string | undefined; onChange: (day: Date | null) => void }

function DayInput({ label, value, onChange }: DayInputProps) {
  return (
    <label className="inline-flex items-center gap-1.5 text-[12px] text-muted">
      {label}
      <input
        type="date"
        max={toUtcDay(Date.now() - dayMs)}
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? null : new Date(target.value))}
        className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px] text-text"
      />
    </label>
  )
}

type RiskPanelProps = { coins: readonly CoinChoice[]; period: number; stablecoins: boolean; wrapped: boolean }

/** Risk of the largest coins over any window, against any benchmark. */
export function RiskPanel({ coins, period, stablecoins, wrapped }: RiskPanelProps) {
  const [{ from, to, benchmark, returns }, setState] = useQueryStates(windowParsers)
  const toDay = (date: Date | null) => (date === null ? undefined : toUtcDay(date.getTime()))
  const query = {
    ...(from === null ? {} : { from: toUtcDay(from.getTime()) }),
    ...(to === null ? {} : { to: toUtcDay(to.getTime()) }),
    benchmark,
    returns,
    period_days: period,
    exclude_stablecoins: !stablecoins,
    exclude_wrapped: !wrapped,
  }
  const { data, error, refetch } = useQuery({
    queryKey: ['risk table', query],
    queryFn: () => fetchRiskTable(query),
    placeholderData: keepPreviousData,
  })
  const isOwn = from !== null || to !== null
  const caption = data === undefined ? 'Risk' : `Risk of ${data.coins.length} coins, ${data.from} to ${data.to}`
  return (
    <ChartFrame
      title="Risk table"
      sentence="Risk of the largest coins over any days, with 95% confidence intervals."
      method={method}
      toTable={() => toTable(caption, data?.coins ?? [], bounds)}
      fileName={data === undefined ? 'risk' : `risk-${data.from}-${data.to}`}
      tableClassName="h-[420px]"
      legend={
        data === undefined
          ? 'Loading'
          : `${data.from} to ${data.to}, ${data.days} closed UTC days. ${data.returns === 'log' ? 'Log' : 'Simple'} daily returns against ${data.benchmark.name}.`
      }
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3 pb-2">
        <DayInput label="From" value={toDay(from) ?? data?.from} onChange={(next) => void setState({ from: next })} />
        <DayInput label="To" value={toDay(to) ?? data?.to} onChange={(next) => void setState({ to: next })} />
        {isOwn && (
          <Button variant="plain" onClick={() => void setState({ from: null, to: null })}>
            Reset days
          </Button>
        )}
        <CoinSelect
          label="Benchmark"
          value={benchmark}
          coins={coins}
          onChange={(next) => void setState({ benchmark: next })}
        />
        <Switch
          label="Log returns"
          checked={returns === 'log'}
          onChange={(isLog) => void setState({ returns: isLog ? 'log' : 'simple' })}
        />
      </div>
      <PanelState
        error={error}
        onRetry={() => void refetch()}
        empty={error !== null || data === undefined ? undefined : null}
        className="h-[420px]"
      >
        {() => <DataTable table={toTable(caption, data?.coins ?? [])} className="h-[420px]" />}
      </PanelState>
    </ChartFrame>
  )
}

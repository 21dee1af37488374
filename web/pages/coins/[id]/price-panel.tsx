import type { CoinDetail } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useMemo, useRef } from 'react'
import { listBars } from '@/components/charts/bars'
import { CandleLegend, LineLegend } from '@/components/charts/candle-legend'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { PriceCanvas } from '@/components/charts/price-canvas'
import { PriceChart } from '@/components/charts/price-chart'
import { useReadiness } from '@/components/shell/readiness'
import { Segmented } from '@/components/ui/segmented'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { toAxisDecimals } from '@/lib/format'
import { chartParsers, type Kind, type Period, periods, toKind } from './chart-state'
import { candleQuery, lineQuery } from './coin-queries'
import { type Series, toDailySeries, toIntradaySeries, toLineSeries } from './price-series'
import { toPriceTable } from './price-table'
import { toMethod, toNotes, toSentence } from './price-texts'
import { useLiveSlots } from './use-live-slots'

const periodOptions = periods.map((value) => ({
  value,
  label: `${value}d`,
  title: value === '1' ? 'Last 24 hours' : `Last ${value} days`,
}))
const kindOptions = [
  { value: 'candle', label: 'Candles' },
  { value: 'line', label: 'Line' },
] as const

const chartHeight = 'h-[384px] sm:h-[496px]'

function usePriceData(coin: CoinDetail, period: Period, chosen: Kind | null) {
  const candles = useQuery({ ...candleQuery(coin.id, period), placeholderData: keepPreviousData })
  const isDaily = period !== '1'
  const known = candles.isPlaceholderData ? undefined : candles.data?.candles
  const kind = known === undefined ? chosen : toKind(chosen, period, known)
  const line = useQuery({ ...lineQuery(coin.id, period), enabled: kind === 'line' })
  // Not the clock of the browser: hydration must render the same as the server.
  const now = Math.max(candles.dataUpdatedAt, line.dataUpdatedAt)
  const series = useMemo((): Series | null => {
    if (kind === 'line') return line.data === undefined ? null : toLineSeries(line.data, period)
    if (kind === null || candles.data === undefined || candles.isPlaceholderData) return null
    return isDaily ? toDailySeries(candles.data) : toIntradaySeries(candles.data, now)
  }, [kind, line.data, candles.data, candles.isPlaceholderData, period, isDaily, now])
  const needed = kind === 'line' ? [line] : [candles]
  const error = needed.find((query) => query.error !== null && query.data === undefined)?.error ?? null
  const retry = () => {
    for (const query of needed) void query.refetch()
  }
  return { kind: kind ?? 'candle', candles: known ?? [], series, error, retry }
}

/** The price chart of a coin. Period and chart type are in the URL. */
export function PricePanel({ coin, className }: { coin: CoinDetail; className?: string }) {
  const [{ period, chart }, setState] = useQueryStates(chartParsers, { history: 'push' })
  const { kind, candles, series, error, retry } = usePriceData(coin, period, chart)
  const slots = useLiveSlots(coin.coingecko_id, series)
  const canvas = useRef<PriceCanvas | null>(null)
  const { data: readiness } = useReadiness()
  const bars = useMemo(() => listBars(slots), [slots])
  const shown = { period, kind, candles, bars, mode: readiness?.mode }
  const intraday = period === '1'
  const what = kind === 'line' ? 'price' : intraday ? '5-minute candles' : 'daily candles'
  const label = `${coin.name}, ${what}, ${intraday ? '24 hours' : `${period} days`}`
  const prices = bars.flatMap(({ low, high }) => [low, high])
  const decimals = bars.length === 0 ? 2 : toAxisDecimals(Math.min(...prices), Math.max(...prices))
  return (
    <ChartFrame
      title="Price"
      sentence={toSentence(shown)}
      method={toMethod(shown)}
      toTable={() => toPriceTable(bars, { caption: label, kind, intraday, decimals })}
      fileName={`${coin.coingecko_id}-${period}d-${kind}`}
      toCanvas={() => canvas.current?.screenshot() ?? null}
      tableClassName={chartHeight}
      {...(className === undefined ? {} : { className })}
      controls={
        <>
          <Segmented
            label="Chart type"
            value={kind}
            options={kindOptions}
            onChange={(next) => void setState({ chart: next })}
          />
          <Segmented
            label="Period"
            value={period}
            options={periodOptions}
            onChange={(next) => void setState({ period: next })}
          />
        </>
      }
      legend={
        kind === 'candle' ? (
          <CandleLegend span={intraday ? '5 minutes' : 'one day'} hasVolume={!intraday} notes={toNotes(shown)} />
        ) : (
          <LineLegend notes={toNotes(shown)} />
        )
      }
    >
      {error !== null && (
        <div className={chartHeight}>
          <ErrorState message={error.message} onRetry={retry} />
        </div>
      )}
      {error === null && series !== null && slots.length === 0 && (
        <div className={chartHeight}>
          <EmptyState title="No prices in this period">
            <p className="text-[13px] text-muted">Prices appear as data arrives.</p>
          </EmptyState>
        </div>
      )}
      {error === null && (series === null || slots.length > 0) && (
        <PriceChart label={label} slots={slots} kind={kind} intraday={intraday} canvas={canvas} />
      )}
    </ChartFrame>
  )
}

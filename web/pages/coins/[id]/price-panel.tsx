import type { CoinDetail } from '@contract/coins.ts'
import { CalendarDays, ChartSpline, GitCompareArrows } from 'lucide-react'
import { useQueryStates } from 'nuqs'
import { useRef, useState } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { DrawingState } from '@/components/charts/drawing-tools'
import type { PriceCanvas } from '@/components/charts/price-canvas'
import { PriceChart } from '@/components/charts/price-chart'
import { PriceLegend } from '@/components/charts/price-legend'
import { useReadiness } from '@/components/shell/readiness'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Segmented } from '@/components/ui/segmented'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { toSourceName } from './candle-source'
import { toRangeKey } from './chart-range'
import { type ChartState, chartParsers, type Period, periods } from './chart-state'
import { ChartToolbar } from './chart-toolbar'
import { toPriceTable } from './price-table'
import { intervalNames, toMethod, toNotes, toSentence } from './price-texts'
import { type PriceView, usePriceView } from './use-price-view'

const dialogs = new LazyModule(() => import('./chart-dialogs'))

const periodNames: Record<Period, { label: string; title: string }> = {
  '1': { label: '1D', title: 'Last 24 hours' },
  '7': { label: '7D', title: 'Last 7 days' },
  '30': { label: '1M', title: 'Last 30 days' },
  '90': { label: '3M', title: 'Last 90 days' },
  '180': { label: '6M', title: 'Last 180 days' },
  '365': { label: '1Y', title: 'Last 365 days' },
  all: { label: 'All', title: 'All known days' },
}
const periodOptions = periods.map((value) => ({ value, ...periodNames[value] }))

const chartHeight = 'h-[384px] sm:h-[496px]'
const noDrawings: DrawingState = { tool: null, count: 0, hasSelection: false }

type Dialog = 'studies' | 'compare' | 'dates'
type Panel = { coin: CoinDetail; state: ChartState; view: PriceView; setState: (next: Partial<ChartState>) => void }

const preload = () => void dialogs.load()

/** The dialog that is open, once its code is loaded. */
function OpenDialog({ coin, state, setState, opened, onClose }: Panel & { opened: Dialog; onClose: () => void }) {
  const loaded = useLazyModule(dialogs, true)
  if (loaded === undefined) return null
  if (opened === 'studies')
    return <loaded.StudiesDialog ind={state.ind} onChange={(ind) => setState({ ind })} onClose={onClose} />
  if (opened === 'dates')
    return <loaded.DatesDialog from={state.from} to={state.to} onChange={setState} onClose={onClose} />
  return (
    <loaded.CompareDialog
      vs={state.vs}
      self={coin.coingecko_id}
      onChange={(vs) => setState({ vs })}
      onClose={onClose}
    />
  )
}

/** Says that there are no candles, and offers the next coarser interval that fits the range. */
function NoCandles({ view: { interval, fitting }, setState }: Pick<Panel, 'view' | 'setState'>) {
  const next = fitting[fitting.indexOf(interval) + 1]
  return (
    <EmptyState title={`No ${intervalNames[interval].adjective.toLowerCase()} candles in this range`}>
      {next === undefined ? (
        <p className="text-[13px] text-muted">Prices appear as data arrives.</p>
      ) : (
        <Button onClick={() => setState({ interval: next })}>
          Show {intervalNames[next].adjective.toLowerCase()} candles
        </Button>
      )}
    </EmptyState>
  )
}

function RangeControls({ state, setState, onDates }: Pick<Panel, 'state' | 'setState'> & { onDates: () => void }) {
  return (
    <>
      <Segmented
        label="Period"
        value={state.from === null ? state.period : ''}
        options={periodOptions}
        onChange={(next) => {
          const period = periods.find((each) => each === next)
          if (period !== undefined) setState({ period, from: null, to: null })
        }}
      />
      <Button
        size="icon"
        aria-label="Date range"
        title="Date range"
        aria-pressed={state.from !== null}
        onPointerEnter={preload}
        onClick={onDates}
      >
        <CalendarDays size={16} strokeWidth={1.75} />
      </Button>
    </>
  )
}

const toRangeText = ({ period, from, to }: ChartState): string =>
  from === null
    ? periodNames[period].title.replace(/^./, (letter) => letter.toLowerCase())
    : `${from} to ${to ?? 'now'}`

/** The price chart of a coin. What it shows is in the URL; drawings are kept on this device. */
export function PricePanel({ coin, className }: { coin: CoinDetail; className?: string }) {
  const [state, setState] = useQueryStates(chartParsers, { history: 'push' })
  const view = usePriceView(coin, state)
  const { interval, kind, bars, scene } = view
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<PriceCanvas | null>(null)
  const [drawings, setDrawings] = useState(noDrawings)
  const [opened, setOpened] = useState<Dialog | null>(null)
  const { data: readiness } = useReadiness()
  const mode = readiness?.mode
  const { data } = view
  const texts = { rangeText: toRangeText(state), interval, kind, bars, mode, data }
  const toSource = (time: number) => (data === undefined ? '' : toSourceName(data, time, mode))
  const label = `${coin.name}, ${intervalNames[interval].adjective.toLowerCase()} candles, ${texts.rangeText}`
  const isEmpty = !view.isLoading && bars.length === 0
  const panel = { coin, state, view, setState: (next: Partial<ChartState>) => void setState(next) }
  const hasVolume = bars.some(({ volume }) => volume !== null)
  const legend = { kind, span: intervalNames[interval].span, hasVolume, notes: toNotes(texts) }
  return (
    <div ref={frame} className={cn('flex min-w-0 flex-col bg-bg', className)}>
      <ChartFrame
        title="Price"
        sentence={toSentence(texts)}
        method={toMethod(texts)}
        toTable={() => toPriceTable(bars, { caption: label, intraday: scene.intraday, decimals: scene.decimals })}
        fileName={`${coin.coingecko_id}-${toRangeKey(state)}-${interval}`}
        toCanvas={() => canvas.current?.screenshot() ?? null}
        tableClassName={chartHeight}
        className="grow"
        controls={<RangeControls {...panel} onDates={() => setOpened('dates')} />}
        legend={<PriceLegend {...legend} />}
      >
        <ChartToolbar {...{ view, canvas, drawings, frame }} zone={state.zone} onChange={panel.setState}>
          <Button className="gap-1.5 px-2 text-[12px]" onPointerEnter={preload} onClick={() => setOpened('studies')}>
            <ChartSpline size={16} strokeWidth={1.75} aria-hidden />
            Indicators{scene.studies.length > 0 && ` (${scene.studies.length})`}
          </Button>
          <Button className="gap-1.5 px-2 text-[12px]" onPointerEnter={preload} onClick={() => setOpened('compare')}>
            <GitCompareArrows size={16} strokeWidth={1.75} aria-hidden />
            Compare{state.vs.length > 0 && ` (${state.vs.length})`}
          </Button>
        </ChartToolbar>
        {view.error === null && !isEmpty ? (
          <PriceChart {...{ label, scene, canvas, toSource }} coin={coin.coingecko_id} onDrawings={setDrawings} />
        ) : (
          <div className={chartHeight}>
            {view.error === null ? (
              <NoCandles {...panel} />
            ) : (
              <ErrorState message={view.error.message} onRetry={view.retry} />
            )}
          </div>
        )}
      </ChartFrame>
      {opened !== null && <OpenDialog {...panel} opened={opened} onClose={() => setOpened(null)} />}
    </div>
  )
}

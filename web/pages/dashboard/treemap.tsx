import { useCallback, useRef } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import { Button } from '@/components/ui/button'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { livePrices } from '@/lib/live'
import { type Period, steps, toStepColor, toStepLabels } from './change-tiers'
import { TreemapControls } from './treemap-controls'
import type { MapList } from './treemap-layout'
import { useMap } from './treemap-state'
import { toMapMethod, toMapTable, toScope } from './treemap-texts'
import { TreemapTiles } from './treemap-tiles'

const canvasModule = new LazyModule(() => import('./treemap-canvas'))

/** More tiles than this are drawn on a canvas. */
const maxLinks = 500
const height = 'h-[440px] sm:h-[540px]'
/** `height`: in px, that of the class above without its padding. */
const frames = [
  { ratio: 1.45, height: 516, className: 'hidden sm:block', hiddenWhen: '(max-width: 639.98px)' },
  { ratio: 0.8, height: 416, className: 'sm:hidden', hiddenWhen: '(min-width: 640px)' },
] as const

function Legend({ period }: { period: Period }) {
  const labels = toStepLabels(period)
  return (
    <ul aria-label={`${period} change`} className="num flex">
      {steps.map((step) => (
        <li key={step} className="flex flex-1 flex-col items-center gap-1">
          <span className="h-2 w-full" style={{ background: toStepColor(step) }} />
          <span className="hidden whitespace-nowrap sm:block">{labels[step]}</span>
          {(step === 1 || step === 4 || step === 7) && (
            <span className="whitespace-nowrap sm:hidden">{labels[step]}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

function NoTiles({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered)
    return (
      <EmptyState title="No coins left on the map">
        <Button onClick={onClear}>Show all coins</Button>
      </EmptyState>
    )
  return (
    <EmptyState title="No coins yet">
      <p className="text-[13px] text-muted">Waiting for the first market snapshot.</p>
    </EmptyState>
  )
}

export function Treemap({ initial, className }: { initial: MapList | null; className?: string }) {
  const map = useMap(initial)
  const { shown, period, without, group, zoom, data, error, refetch, setState } = map
  const canvas = useRef<HTMLCanvasElement>(null)
  const isDrawn = shown.length > maxLinks
  const drawn = useLazyModule(canvasModule, isDrawn)
  const grouping = zoom === null ? group : null
  const scope = toScope({ shown: shown.length, total: data?.total ?? shown.length, without })
  const onZoom = useCallback((key: string) => void setState({ zoom: key }), [setState])
  const view = { coins: shown, period, grouping, onZoom }
  return (
    <ChartFrame
      title="Market map"
      sentence={`Area: market cap (${scope}). Color: ${period} price change, live.`}
      method={toMapMethod(shown, { period, scope, isGrouped: grouping !== null })}
      toTable={() => toMapTable(shown, livePrices.toPrice)}
      fileName="market-map"
      tableClassName={height}
      {...(isDrawn ? { toCanvas: () => canvas.current } : {})}
      {...(className === undefined ? {} : { className })}
      controls={<TreemapControls map={map} />}
      legend={<Legend period={period} />}
    >
      <div className={`${height} p-3`}>
        {data === undefined && error === null && <Skeleton className="h-full" />}
        {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
        {data !== undefined && shown.length === 0 && (
          <NoTiles isFiltered={without.length > 0} onClear={() => void setState({ without: null, zoom: null })} />
        )}
        {isDrawn && drawn === undefined && <Skeleton className="h-full" />}
        {isDrawn && drawn !== undefined && (
          <drawn.TreemapCanvas {...view} label={`Market map, ${scope}`} canvas={canvas} />
        )}
        {!isDrawn && shown.length > 0 && frames.map((frame) => <TreemapTiles key={frame.ratio} {...view} {...frame} />)}
      </div>
    </ChartFrame>
  )
}

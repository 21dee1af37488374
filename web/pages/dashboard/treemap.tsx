import type { CoinList } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo, useRef } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import { Segmented } from '@/components/ui/segmented'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { fetchAllCoins } from '@/lib/api'
import { livePrices } from '@/lib/live'
import { changeTiers } from './change-tiers'
import { TreemapCanvas } from './treemap-canvas'
import { isOnMap, treemapCoins } from './treemap-layout'
import { toMapMethod, toMapTable, toScope } from './treemap-texts'
import { TreemapTiles } from './treemap-tiles'

const everyMs = 60_000
/** More tiles than this are drawn on a canvas. */
const maxLinks = 500
const sizes = ['100', '300', 'all'] as const
const sizeParser = parseAsStringLiteral(sizes).withDefault('100').withOptions({ history: 'push' })
const limits = { 100: 100, 300: 300, all: Number.POSITIVE_INFINITY } as const
const height = 'h-[440px] sm:h-[540px]'
/** `height`: in px, that of the class above without its padding. */
const frames = [
  { ratio: 1.45, height: 516, className: 'hidden sm:block', hiddenWhen: '(max-width: 639.98px)' },
  { ratio: 0.8, height: 416, className: 'sm:hidden', hiddenWhen: '(min-width: 640px)' },
] as const

function Legend() {
  return (
    <ul aria-label="24h change" className="num flex">
      {changeTiers.map(({ step, label }) => (
        <li key={step} className="flex flex-1 flex-col items-center gap-1">
          <span className="h-2 w-full" style={{ background: `var(--step-${step})` }} />
          <span className="hidden whitespace-nowrap sm:block">{label}</span>
          {(step === 1 || step === 4 || step === 7) && <span className="whitespace-nowrap sm:hidden">{label}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The coins of the map; the URL says how many. */
export function useMapCoins(initial: CoinList | null) {
  const [size, setSize] = useQueryState('map', sizeParser)
  const answer = useQuery({
    queryKey: ['coins', 'map', size],
    queryFn: () => fetchAllCoins(treemapCoins, limits[size]),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(initial === null || size !== '100' ? {} : { initialData: initial }),
  })
  return { size, setSize, ...answer }
}

function toOptions(total: number) {
  const options = sizes.filter((size) => size === 'all' || Number(size) < total)
  return options.map((value) => ({ value, label: value === 'all' ? 'All' : `Top ${value}` }))
}

export function Treemap({ initial, className }: { initial: CoinList | null; className?: string }) {
  const { size, setSize, data, error, refetch } = useMapCoins(initial)
  const canvas = useRef<HTMLCanvasElement>(null)
  const shown = useMemo(() => data?.items.filter(isOnMap) ?? [], [data])
  const options = toOptions(data?.total ?? 0)
  const isDrawn = shown.length > maxLinks
  const scope = toScope(shown.length, data?.total ?? shown.length)
  return (
    <ChartFrame
      title="Market map"
      sentence={`Area: market cap (${scope}). Color: 24h price change, live.`}
      method={toMapMethod(shown, data)}
      toTable={() => toMapTable(shown, livePrices.toPrice)}
      fileName="market-map"
      tableClassName={height}
      {...(isDrawn ? { toCanvas: () => canvas.current } : {})}
      {...(className === undefined ? {} : { className })}
      controls={
        options.length > 1 && (
          <Segmented label="Number of coins" value={size} options={options} onChange={(next) => void setSize(next)} />
        )
      }
      legend={<Legend />}
    >
      <div className={`${height} p-3`}>
        {data === undefined && error === null && <Skeleton className="h-full" />}
        {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
        {data !== undefined && shown.length === 0 && (
          <EmptyState title="No coins yet">
            <p className="text-[13px] text-muted">Waiting for the first market snapshot.</p>
          </EmptyState>
        )}
        {isDrawn && <TreemapCanvas coins={shown} label={`Market map, ${scope}`} canvas={canvas} />}
        {!isDrawn &&
          shown.length > 0 &&
          frames.map((frame) => <TreemapTiles key={frame.ratio} coins={shown} {...frame} />)}
      </div>
    </ChartFrame>
  )
}

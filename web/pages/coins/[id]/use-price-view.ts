import type { CoinDetail } from '@contract/coins.ts'
import { type Interval, intervalMs } from '@contract/intervals.ts'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState, useSyncExternalStore } from 'react'
import { type Bar, findExtremes, listBars, type Slot } from '@/components/charts/bars'
import type { ChartKind, Compared, Scene } from '@/components/charts/scene'
import type { Study } from '@/components/charts/studies'
import type { Zone } from '@/components/charts/zone'
import { toAxisDecimals } from '@/lib/format'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { listIntervals, toInterval, toRange } from './chart-range'
import { type ChartState, maxCompared, toKind } from './chart-state'
import { type RangeCandles, rangeQuery } from './coin-queries'
import { toSeries } from './price-series'
import { useLiveSlots } from './use-live-slots'

export type PriceView = {
  interval: Interval
  /** The intervals that fit the range. */
  fitting: Interval[]
  kind: ChartKind
  /** The bars of the range. */
  bars: Bar[]
  scene: Omit<Scene, 'colors'>
  /** The candles as the server sent them; undefined before. */
  data: RangeCandles | undefined
  isLoading: boolean
  error: Error | null
  retry: () => void
}

const neverChanges = () => () => {}

/** The chosen time zone; UTC on the server and until hydration, whose zones differ. */
const useZone = (zone: Zone): Zone =>
  useSyncExternalStore(
    neverChanges,
    () => zone,
    () => 'utc',
  )

/** The closes of another coin on the time grid of `slots`. */
function toCompared({ candles, in_progress, name }: RangeCandles, id: string, slots: readonly Slot[]): Compared {
  const closes = new Map([...candles, ...in_progress].map((candle) => [Date.parse(candle.timestamp), candle.close]))
  return { id, name, values: slots.map(({ time }) => closes.get(time) ?? null) }
}

type RangeRequest = Parameters<typeof rangeQuery>[1]

/** The coins that the URL names beside this one. */
function useCompared(ids: readonly string[], request: RangeRequest, slots: readonly Slot[] | undefined): Compared[] {
  const answers = useQueries({
    queries: ids.map((id) => ({ ...rangeQuery(id, { ...request, ind: '' }), retry: false })),
    combine: (results) => results.map((result) => result.data),
  })
  const joined = ids.join()
  return useMemo(
    () =>
      answers.flatMap((answer, index) => {
        const id = joined.split(',')[index]
        return answer === undefined || id === undefined || slots === undefined ? [] : [toCompared(answer, id, slots)]
      }),
    [answers, joined, slots],
  )
}

/** The part of the slots that is in the range, from `opening` (ms since 1970) on. */
const useRangeBars = (slots: readonly Slot[], opening: number) =>
  useMemo(() => {
    const at = slots.findIndex(({ time }) => time >= opening)
    const first = at === -1 ? slots.length : at
    const bars = listBars(slots.slice(first))
    const extremes = findExtremes(bars)
    return { first, bars, decimals: extremes === null ? 2 : toAxisDecimals(extremes.low, extremes.high) }
  }, [slots, opening])

const noSlots: Slot[] = []
const noStudies: Study[] = []
const studyModule = new LazyModule(() => import('@/components/charts/studies'))

/** The indicators that the URL names, once their code is loaded. */
function useStudies(slots: readonly Slot[], ind: string): Study[] {
  const loaded = useLazyModule(studyModule, ind !== '')
  return useMemo(
    () => (loaded === undefined || ind === '' ? noStudies : loaded.computeStudies(slots, loaded.parseStudies(ind))),
    [loaded, slots, ind],
  )
}

/** What the chart of a coin shows for the state of the URL. */
export function usePriceView(coin: CoinDetail, state: ChartState): PriceView {
  const [now] = useState(() => Date.now())
  const range = toRange(state, now)
  const interval = toInterval(state.interval, range, now)
  const request = { range: state, interval, ind: state.ind }
  const query = useQuery({ ...rangeQuery(coin.id, request), placeholderData: keepPreviousData })
  const { data, dataUpdatedAt } = query
  // Not the clock of the browser: hydration must render the same as the server.
  const series = useMemo(() => (data === undefined ? null : toSeries(data, dataUpdatedAt)), [data, dataUpdatedAt])
  const live = useLiveSlots(coin.coingecko_id, range.end === null ? series : null)
  const slots = live ?? series?.slots ?? noSlots
  const others = state.vs.filter((id) => id !== coin.coingecko_id).slice(0, maxCompared)
  const compared = useCompared(others, request, series?.slots)
  const { first, bars, decimals } = useRangeBars(slots, data?.first ?? 0)
  const studies = useStudies(slots, state.ind)
  const kind = toKind(
    state.chart,
    bars.map(({ samples }) => ({ samples: samples ?? 2 })),
  )
  const zone = useZone(state.zone)
  const scale = compared.length > 0 && (state.scale === 'linear' || state.scale === 'log') ? 'percent' : state.scale
  const intraday = series !== null && series.stepMs < intervalMs['1d']
  const stepMs = series?.stepMs ?? intervalMs[interval]
  const scene = useMemo(
    () => ({ slots, first, stepMs, kind, scale, zone, intraday, decimals, studies, compared }),
    [slots, first, stepMs, kind, scale, zone, intraday, decimals, studies, compared],
  )
  return {
    interval,
    fitting: listIntervals(range, now),
    kind,
    bars,
    scene,
    data,
    isLoading: data === undefined || query.isPlaceholderData,
    error: data === undefined ? query.error : null,
    retry: () => void query.refetch(),
  }
}

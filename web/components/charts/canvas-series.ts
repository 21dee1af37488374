import {
  AreaSeries,
  BarSeries,
  CandlestickSeries,
  createTextWatermark,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesType,
  type UTCTimestamp,
} from 'lightweight-charts'
import { type Slot, toHeikinAshi } from './bars'
import {
  indexFormat,
  toAxisFormat,
  toAxisOffset,
  toMode,
  toPriceFormat,
  toSpanDecimals,
  volumeFormat,
} from './canvas-options'
import { type ChartColors, fade } from './colors'
import { comparedColors, type Scene, toAxis } from './scene'
import type { Study } from './studies'

type PriceType = 'Candlestick' | 'Bar' | 'Line' | 'Area'
export type PriceSeries = ISeriesApi<PriceType>
type Series = ISeriesApi<SeriesType>
type Point = Parameters<Series['update']>[0]

/** A series and what it draws of a scene: one point per slot. */
type Painted = { series: Series; toPoints: (scene: Scene, from: number) => Point[] }

/** `last`: line of the last price. The series' own line uses the last visible price instead. */
export type Panes = { price: PriceSeries; last: IPriceLine; painted: Painted[]; key: string }

const clear = 'transparent'
const unmarked = { lastValueVisible: false, priceLineVisible: false } as const
const priceHeight = 5
const paneHeight = 1.5

const hasVolume = ({ slots }: Scene): boolean => slots.some(({ bar }) => bar !== null && bar.volume !== null)

/** Scenes of the same key have the same series. */
const toKey = (scene: Scene): string =>
  JSON.stringify([
    scene.kind,
    scene.scale,
    hasVolume(scene),
    scene.studies.map(({ name }) => name),
    scene.compared.map(({ id }) => id),
    scene.colors.surface,
    scene.colors.up,
  ])

const isRising = (bar: { open: number; close: number }): boolean => bar.close >= bar.open

const toTime = (scene: Scene) => {
  const offset = toAxisOffset(scene)
  return ({ time }: Slot) => ((time + offset) / 1000) as UTCTimestamp
}

/** The points of a line. It breaks at a gap: the color of a point is that of the line to the next. */
function toLine(scene: Scene, from: number, read: (index: number) => number | null, broken: object): Point[] {
  const timeOf = toTime(scene)
  return scene.slots.slice(from).map((slot, position) => {
    const value = read(from + position)
    if (value === null) return { time: timeOf(slot) }
    const isLast = from + position + 1 >= scene.slots.length
    return { time: timeOf(slot), value, ...(isLast || read(from + position + 1) !== null ? {} : broken) }
  })
}

function toPricePoints(scene: Scene, from: number): Point[] {
  const { kind, slots } = scene
  const { toValue } = toAxis(scene)
  if (kind === 'line' || kind === 'area') {
    const broken = kind === 'line' ? { color: clear } : { lineColor: clear, topColor: clear, bottomColor: clear }
    const read = (index: number) => {
      const close = slots[index]?.bar?.close
      return close === undefined ? null : toValue(close)
    }
    return toLine(scene, from, read, broken)
  }
  const timeOf = toTime(scene)
  const shown = kind === 'heikin' ? toHeikinAshi(slots) : slots
  return shown.slice(from).map((slot) => {
    const time = timeOf(slot)
    if (slot.bar === null) return { time }
    const { open, high, low, close } = slot.bar
    return { time, open: toValue(open), high: toValue(high), low: toValue(low), close: toValue(close) }
  })
}

function addPrice(chart: IChartApi, scene: Scene): PriceSeries {
  const { kind, colors } = scene
  const shared = { ...unmarked, priceFormat: toAxisFormat(scene) }
  const { up, down, accent } = colors
  if (kind === 'line') return chart.addSeries(LineSeries, { ...shared, color: accent, lineWidth: 2 })
  if (kind === 'area') {
    const fill = fade(accent, 0.12)
    return chart.addSeries(AreaSeries, {
      ...shared,
      lineColor: accent,
      topColor: fill,
      bottomColor: fill,
      lineWidth: 2,
    })
  }
  if (kind === 'bar') return chart.addSeries(BarSeries, { ...shared, upColor: up, downColor: down, thinBars: false })
  const wicks = { wickUpColor: up, wickDownColor: down, borderVisible: false }
  return chart.addSeries(CandlestickSeries, { ...shared, upColor: up, downColor: down, ...wicks })
}

function addVolume(chart: IChartApi, pane: number): Painted {
  const series = chart.addSeries(HistogramSeries, { ...unmarked, priceFormat: volumeFormat }, pane)
  const toPoints = (scene: Scene, from: number) => {
    const timeOf = toTime(scene)
    const { up, down } = scene.colors
    return scene.slots.slice(from).map((slot) => {
      const { bar } = slot
      if (bar === null || bar.volume === null) return { time: timeOf(slot) }
      return { time: timeOf(slot), value: bar.volume, color: fade(isRising(bar) ? up : down, 0.5) }
    })
  }
  return { series, toPoints }
}

function toStudyFormat({ unit, hasPane, outputs }: Study, scene: Scene) {
  if (unit === 'index') return indexFormat
  if (unit === 'volume') return volumeFormat
  return hasPane ? toPriceFormat(toSpanDecimals(outputs.flatMap(({ values }) => values))) : toAxisFormat(scene)
}

function addStudy(chart: IChartApi, { study, at, pane }: { study: Study; at: number; pane: number }, scene: Scene) {
  const priceFormat = toStudyFormat(study, scene)
  const { levels = [], hasPane } = study
  const painted = study.outputs.map(({ color, isHistogram }, line): Painted => {
    const read = ({ studies }: Scene, index: number) => studies[at]?.outputs[line]?.values[index] ?? null
    const options = { ...unmarked, lastValueVisible: hasPane && !isHistogram, priceFormat }
    if (isHistogram) {
      const series = chart.addSeries(HistogramSeries, options, pane)
      const toPoints = (now: Scene, from: number) => {
        const timeOf = toTime(now)
        return now.slots.slice(from).map((slot, position) => {
          const value = read(now, from + position)
          if (value === null) return { time: timeOf(slot) }
          return { time: timeOf(slot), value, color: fade(value >= 0 ? now.colors.up : now.colors.down, 0.6) }
        })
      }
      return { series, toPoints }
    }
    const style = { color: scene.colors[color], lineWidth: 1, crosshairMarkerVisible: false } as const
    const series = chart.addSeries(LineSeries, { ...options, ...style }, pane)
    const toPoints = (now: Scene, from: number) => {
      const { toValue } = toAxis(now)
      const convert = (value: number | null) => (value === null || hasPane ? value : toValue(value))
      return toLine(now, from, (index) => convert(read(now, index)), { color: clear })
    }
    return { series, toPoints }
  })
  for (const price of levels)
    painted.at(-1)?.series.createPriceLine({
      price,
      color: scene.colors['line-strong'],
      lineWidth: 1,
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: false,
    })
  return painted
}

function addCompared(chart: IChartApi, at: number, scene: Scene): Painted {
  const color = scene.colors[comparedColors[at % comparedColors.length] ?? 'series-1']
  const options = { ...unmarked, lastValueVisible: true, priceFormat: toAxisFormat(scene), color }
  const series = chart.addSeries(LineSeries, { ...options, lineWidth: 2 })
  const toPoints = (now: Scene, from: number) => {
    const values = now.compared[at]?.values ?? []
    const { toValue } = toAxis(now, values)
    const read = (index: number) => {
      const value = values[index] ?? null
      return value === null ? null : toValue(value)
    }
    return toLine(now, from, read, { color: clear })
  }
  return { series, toPoints }
}

function label(chart: IChartApi, pane: number, text: string, { colors }: { colors: ChartColors }): void {
  const target = chart.panes()[pane]
  if (target === undefined) return
  const line = { text, color: colors.muted, fontSize: 11 }
  createTextWatermark(target, { horzAlign: 'left', vertAlign: 'top', lines: [line] })
}

/** The series of a scene: those of the one before where they are the same, else new ones. */
export function preparePanes(chart: IChartApi, before: Panes | undefined, scene: Scene): Panes {
  const key = toKey(scene)
  if (before?.key === key) {
    before.price.applyOptions({ priceFormat: toAxisFormat(scene) })
    return before
  }
  // The first pane last: the library moves another in its place once it is empty.
  for (const { series } of (before?.painted ?? []).toReversed()) chart.removeSeries(series)
  const price = addPrice(chart, scene)
  const painted: Painted[] = [{ series: price as Series, toPoints: toPricePoints }]
  for (const at of scene.compared.keys()) painted.push(addCompared(chart, at, scene))
  const labels: string[] = []
  if (hasVolume(scene)) painted.push(addVolume(chart, labels.push('Volume')))
  for (const [at, study] of scene.studies.entries()) {
    const pane = study.hasPane ? labels.push(study.name) : 0
    painted.push(...addStudy(chart, { study, at, pane }, scene))
  }
  for (const [index, pane] of chart.panes().entries()) pane.setStretchFactor(index === 0 ? priceHeight : paneHeight)
  for (const [index, text] of labels.entries()) label(chart, index + 1, text, scene)
  const last = price.createPriceLine({
    price: 0,
    lineWidth: 1,
    lineStyle: LineStyle.Dashed,
    lineVisible: false,
    axisLabelVisible: false,
  })
  return { price, last, painted, key }
}

/** Draws the slots from an index on, or all with null. */
export function paint({ price, last, painted }: Panes, scene: Scene, from: number | null): void {
  for (const { series, toPoints } of painted) {
    if (from === null) series.setData(toPoints(scene, 0))
    else for (const point of toPoints(scene, from)) series.update(point)
  }
  price.priceScale().applyOptions({ mode: toMode(scene.scale), scaleMargins: { top: 0.08, bottom: 0.06 } })
  const bar = scene.slots.findLast((slot) => slot.bar !== null)?.bar
  if (bar === undefined || bar === null) return last.applyOptions({ lineVisible: false, axisLabelVisible: false })
  const { accent, up, down } = scene.colors
  const isLine = scene.kind === 'line' || scene.kind === 'area'
  const color = isLine ? accent : isRising(bar) ? up : down
  last.applyOptions({ price: toAxis(scene).toValue(bar.close), color, lineVisible: true, axisLabelVisible: true })
}

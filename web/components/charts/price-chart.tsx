import { type RefObject, useCallback, useMemo, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatCompactUsd, formatFixed, formatPrice } from '@/lib/format'
import { findExtremes, listBars, type Slot } from './bars'
import { CanvasBox } from './canvas-box'
import { ChartSlider } from './chart-slider'
import { useChartColors } from './colors'
import type { DrawingState } from './drawing-tools'
import type { PriceCanvas } from './price-canvas'
import { describeBar, type Extra, ReadOut } from './read-out'
import { comparedColors, type Scene } from './scene'

export type PriceChartProps = {
  /** Description for screen readers: `Bitcoin, daily candles of 90 days`. */
  label: string
  /** Whose drawings it shows. */
  coin: string
  scene: Omit<Scene, 'colors'>
  /** The chart, for its image; null until it is loaded. */
  canvas: RefObject<PriceCanvas | null>
  onDrawings: (state: DrawingState) => void
  /** The source of the bar that opens at an instant (ms since 1970). */
  toSource: (time: number) => string
}

function summarize(label: string, slots: readonly Slot[], decimals: number): string {
  const bars = listBars(slots)
  const [first, last, extremes] = [bars[0], bars.at(-1), findExtremes(bars)]
  if (first === undefined || last === undefined || extremes === null) return `${label}: no data`
  const price = (value: number) => `$${formatFixed(value, decimals)}`
  return `${label}: from ${price(first.open)} to ${price(last.close)}, lowest ${price(extremes.low)}, highest ${price(extremes.high)}`
}

/** The values of indicators and compared coins at a slot. */
function listExtras({ studies, compared, decimals }: PriceChartProps['scene'], index: number): Extra[] {
  const write = (value: number | null, unit: 'price' | 'index' | 'volume') => {
    if (value === null) return '–'
    if (unit === 'volume') return formatCompactUsd(value)
    return formatFixed(value, unit === 'index' ? 1 : decimals)
  }
  const ofStudies = studies.map(({ unit, name: label, outputs }) => ({
    label,
    values: outputs.map(({ name, values, color }) => ({
      name: outputs.length === 1 ? '' : name,
      text: write(values[index] ?? null, unit),
      color: `var(--${color})`,
    })),
  }))
  const ofCoins = compared.map(({ name: label, values }, at) => {
    const text = formatPrice(values[index] ?? null)
    return { label, values: [{ name: '', text, color: `var(--${comparedColors[at % comparedColors.length]})` }] }
  })
  return [...ofCoins, ...ofStudies]
}

type PlotProps = Pick<PriceChartProps, 'coin' | 'canvas' | 'scene' | 'onDrawings'> & {
  onPoint: (index: number | null) => void
}

function Plot({ scene: plain, coin, canvas, onPoint, onDrawings }: PlotProps) {
  const colors = useChartColors()
  const scene = useMemo(() => (colors === null ? null : { ...plain, colors }), [plain, colors])
  const load = useCallback(
    () =>
      import('./price-canvas').then(
        ({ PriceCanvas: Canvas }) =>
          (container: HTMLElement) =>
            new Canvas(container, coin, { onPoint, onDrawings }),
      ),
    [coin, onPoint, onDrawings],
  )
  return (
    <CanvasBox
      {...{ scene, canvas, load }}
      data-testid="price-chart"
      data-kind={plain.kind}
      data-bars={listBars(plain.slots.slice(plain.first)).length}
    />
  )
}

/** Height by the number of panes below the price. */
const heights = ['sm:min-h-[400px]', 'sm:min-h-[440px]', 'sm:min-h-[520px]', 'sm:min-h-[600px]', 'sm:min-h-[680px]']
const phoneHeights = ['h-[320px]', 'h-[360px]', 'h-[440px]', 'h-[520px]', 'h-[600px]']

/** A price chart with a readout of the bar under the crosshair, by mouse, touch or arrow keys. */
export function PriceChart({ label, coin, scene, canvas, onDrawings, toSource }: PriceChartProps) {
  const { slots, decimals } = scene
  const [pointed, setPointed] = useState<number | null>(null)
  const last = slots.length - 1
  const index = pointed === null || pointed < 0 || pointed > last ? last : pointed
  const slot = slots[index]
  const time = slot?.time ?? 0
  const reading = { ...scene, bar: slot?.bar ?? null, time, source: toSource(time) }
  const extras = listExtras(scene, index)
  const onKey = (key: string) => {
    if (key === 'Delete') canvas.current?.removeDrawing()
    return key === 'Delete' || (key === 'Enter' && canvas.current?.place(index) === true)
  }
  const panes = Math.min(
    heights.length - 1,
    scene.studies.filter(({ hasPane }) => hasPane).length + (slots.some(({ bar }) => bar?.volume != null) ? 1 : 0),
  )
  return (
    <div className="flex grow flex-col">
      <ReadOut {...reading} extras={extras} />
      <div className={cn('relative grow sm:h-auto', heights[panes], phoneHeights[panes])}>
        <p className="sr-only">{summarize(label, slots.slice(scene.first), decimals)}</p>
        <Plot {...{ scene, coin, canvas, onDrawings }} onPoint={setPointed} />
        <ChartSlider
          {...{ label, index, last, onKey }}
          first={scene.first}
          valueText={describeBar(reading, extras)}
          getChart={() => canvas.current}
        />
      </div>
    </div>
  )
}

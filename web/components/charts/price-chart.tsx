import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { formatCompactUsd, formatFixed, formatPrice } from '@/lib/format'
import { findExtremes, listBars, type Slot } from './bars'
import { useChartColors } from './colors'
import type { DrawingState } from './drawing-tools'
import type { PriceCanvas } from './price-canvas'
import { describeBar, type Extra, ReadOut } from './read-out'
import { comparedColors, type Scene } from './scene'

const zoomStep = 1.5

export type PriceChartProps = {
  /** Description for screen readers: `Bitcoin, daily candles of 90 days`. */
  label: string
  /** Whose drawings it shows. */
  coin: string
  scene: Omit<Scene, 'colors'>
  /** The chart, for its image; null until it is loaded. */
  canvas: RefObject<PriceCanvas | null>
  onDrawings: (state: DrawingState) => void
}

type CanvasProps = Pick<PriceChartProps, 'coin' | 'canvas' | 'onDrawings'> & {
  scene: Scene | null
  onPoint: (index: number | null) => void
}

/** Loads the chart library and draws with it. */
function usePriceCanvas({ scene, coin, canvas, onPoint, onDrawings }: CanvasProps) {
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(scene)
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  useEffect(() => {
    let isUnmounted = false
    import('./price-canvas').then(
      (module) => {
        if (isUnmounted || container.current === null) return
        canvas.current = new module.PriceCanvas(container.current, coin, { onPoint, onDrawings })
        if (latest.current !== null) canvas.current.draw(latest.current)
        setState('ready')
      },
      () => !isUnmounted && setState('failed'),
    )
    return () => {
      isUnmounted = true
      canvas.current?.remove()
      canvas.current = null
    }
  }, [coin, canvas, onPoint, onDrawings])
  useEffect(() => {
    latest.current = scene
    if (scene !== null) canvas.current?.draw(scene)
  }, [scene, canvas])
  return { container, state }
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

/** The canvas with its loading and error states. */
function Plot({
  scene: plain,
  coin,
  canvas,
  onPoint,
  onDrawings,
}: Omit<CanvasProps, 'scene'> & Pick<PriceChartProps, 'scene'>) {
  const colors = useChartColors()
  const scene = useMemo(() => (colors === null ? null : { ...plain, colors }), [plain, colors])
  const { container, state } = usePriceCanvas({ scene, coin, canvas, onPoint, onDrawings })
  return (
    <>
      <div
        ref={container}
        className="absolute inset-0"
        data-testid="price-chart"
        data-state={state}
        data-kind={plain.kind}
        data-bars={listBars(plain.slots.slice(plain.first)).length}
      />
      {state === 'loading' && (
        <p className="absolute inset-0 flex items-center justify-center text-[13px] text-faint">Loading chart</p>
      )}
      {state === 'failed' && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 text-[13px] text-muted">
          <p role="alert">Can't load the chart. Its data is available as a table.</p>
          <Button onClick={() => location.reload()}>Reload the page</Button>
        </div>
      )}
    </>
  )
}

/** Height by the number of panes below the price. */
const heights = ['sm:min-h-[400px]', 'sm:min-h-[440px]', 'sm:min-h-[520px]', 'sm:min-h-[600px]', 'sm:min-h-[680px]']
const phoneHeights = ['h-[320px]', 'h-[360px]', 'h-[440px]', 'h-[520px]', 'h-[600px]']

/** A price chart with a readout of the bar under the crosshair, by mouse, touch or arrow keys. */
export function PriceChart({ label, coin, scene, canvas, onDrawings }: PriceChartProps) {
  const { slots, decimals } = scene
  const [pointed, setPointed] = useState<number | null>(null)
  const last = slots.length - 1
  const index = pointed === null || pointed < 0 || pointed > last ? last : pointed
  const slot = slots[index]
  const reading = { ...scene, bar: slot?.bar ?? null, time: slot?.time ?? 0 }
  const extras = listExtras(scene, index)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') canvas.current?.zoom(1 / zoomStep)
    else if (event.key === '-') canvas.current?.zoom(zoomStep)
    else if (event.key === '0') canvas.current?.reset()
    else if (event.key === 'Escape') canvas.current?.point(null)
    else if (event.key === 'Delete') canvas.current?.removeDrawing()
    else if (event.key !== 'Enter' || canvas.current?.place(index) !== true) return
    event.preventDefault()
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
        <input
          type="range"
          min={scene.first}
          max={Math.max(0, last)}
          value={index}
          aria-label={`${label}. Arrow keys move through it, plus and minus zoom, 0 shows all of it`}
          aria-valuetext={describeBar(reading, extras)}
          onChange={(event) => canvas.current?.point(Number(event.target.value))}
          onKeyDown={onKeyDown}
          onBlur={() => canvas.current?.point(null)}
          className="pointer-events-none absolute inset-0 z-10 size-full appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
        />
      </div>
    </div>
  )
}

import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatFixed, toAxisDecimals } from '@/lib/format'
import { findBar, listBars, type Slot } from './bars'
import { useChartColors } from './colors'
import type { Drawing, PriceCanvas } from './price-canvas'
import { describeBar, ReadOut } from './read-out'

const zoomStep = 1.5

type PriceChartProps = {
  /** Description for screen readers: `Bitcoin, daily candles of 90 days`. */
  label: string
  slots: Slot[]
  kind: 'candle' | 'line'
  intraday: boolean
  /** The chart, for its image; null until it is loaded. */
  canvas: RefObject<PriceCanvas | null>
}

/** Loads the chart library and draws with it. */
function usePriceCanvas(
  drawing: Drawing | null,
  canvas: PriceChartProps['canvas'],
  onPoint: (index: number | null) => void,
) {
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(drawing)
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  useEffect(() => {
    let isUnmounted = false
    import('./price-canvas').then(
      (module) => {
        if (isUnmounted || container.current === null) return
        canvas.current = new module.PriceCanvas(container.current, onPoint)
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
  }, [canvas, onPoint])
  useEffect(() => {
    latest.current = drawing
    if (drawing !== null) canvas.current?.draw(drawing)
  }, [drawing, canvas])
  return { container, state }
}

function summarize(label: string, slots: readonly Slot[], decimals: number): string {
  const bars = listBars(slots)
  const [first, last] = [bars[0], bars.at(-1)]
  if (first === undefined || last === undefined) return `${label}: no data`
  const price = (value: number) => `$${formatFixed(value, decimals)}`
  const low = Math.min(...bars.map((bar) => bar.low))
  const high = Math.max(...bars.map((bar) => bar.high))
  return `${label}: from ${price(first.open)} to ${price(last.close)}, lowest ${price(low)}, highest ${price(high)}`
}

type PlotProps = Omit<PriceChartProps, 'label'> & { decimals: number; onPoint: (index: number | null) => void }

/** The canvas with its loading and error states. */
function Plot({ slots, kind, intraday, decimals, canvas, onPoint }: PlotProps) {
  const colors = useChartColors()
  const drawing = useMemo(
    () => (colors === null ? null : { slots, kind, intraday, decimals, colors }),
    [slots, kind, intraday, decimals, colors],
  )
  const { container, state } = usePriceCanvas(drawing, canvas, onPoint)
  return (
    <>
      <div
        ref={container}
        className="absolute inset-0"
        data-testid="price-chart"
        data-state={state}
        data-kind={kind}
        data-bars={listBars(slots).length}
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

/** A price chart with a readout of the bar under the crosshair, by mouse, touch or arrow keys. */
export function PriceChart({ label, slots, kind, intraday, canvas }: PriceChartProps) {
  const [pointed, setPointed] = useState<number | null>(null)
  const bars = listBars(slots)
  const low = Math.min(...bars.map((bar) => bar.low))
  const high = Math.max(...bars.map((bar) => bar.high))
  const decimals = bars.length === 0 ? 2 : toAxisDecimals(low, high)
  const last = slots.length - 1
  const index = pointed === null || pointed < 0 || pointed > last ? last : pointed
  const reading = {
    bar: findBar(slots, index, kind),
    time: slots[index]?.time ?? 0,
    kind,
    intraday,
    decimals,
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') canvas.current?.zoom(1 / zoomStep)
    else if (event.key === '-') canvas.current?.zoom(zoomStep)
    else if (event.key === 'Escape') canvas.current?.point(null)
    else return
    event.preventDefault()
  }
  return (
    <div className="flex grow flex-col">
      <ReadOut {...reading} />
      <div className="relative h-[320px] grow sm:h-auto sm:min-h-[460px]">
        <p className="sr-only">{summarize(label, slots, decimals)}</p>
        <Plot {...{ slots, kind, intraday, decimals, canvas }} onPoint={setPointed} />
        <input
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={index}
          aria-label={`${label}. Arrow keys move through it, plus and minus zoom`}
          aria-valuetext={describeBar(reading)}
          onChange={(event) => canvas.current?.point(Number(event.target.value))}
          onKeyDown={onKeyDown}
          onBlur={() => canvas.current?.point(null)}
          className="pointer-events-none absolute inset-0 z-10 size-full appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
        />
      </div>
    </div>
  )
}

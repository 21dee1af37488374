import type { KeyboardEvent } from 'react'

const zoomStep = 1.5

type Slid = { point(index: number | null): void; zoom(factor: number): void; reset(): void }

type ChartSliderProps = {
  label: string
  first: number
  last: number
  index: number
  valueText: string
  getChart: () => Slid | null
  /** Handles a key that is not the chart's own; true: it did. */
  onKey?: (key: string) => boolean
}

/** A slider over a chart, which gives it to the keyboard and to screen readers. The pointer goes to the chart below. */
export function ChartSlider({ label, first, last, index, valueText, getChart, onKey }: ChartSliderProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const chart = getChart()
    if (event.key === '+' || event.key === '=') chart?.zoom(1 / zoomStep)
    else if (event.key === '-') chart?.zoom(zoomStep)
    else if (event.key === '0') chart?.reset()
    else if (event.key === 'Escape') chart?.point(null)
    else if (onKey?.(event.key) !== true) return
    event.preventDefault()
  }
  return (
    <input
      type="range"
      min={first}
      max={Math.max(0, last)}
      value={index}
      aria-label={`${label}. Arrow keys move through it, plus and minus zoom, 0 shows all of it`}
      aria-valuetext={valueText}
      onChange={(event) => getChart()?.point(Number(event.target.value))}
      onKeyDown={onKeyDown}
      onBlur={() => getChart()?.point(null)}
      className="pointer-events-none absolute inset-0 z-10 size-full appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
    />
  )
}

import type { IChartApi } from 'lightweight-charts'

const minVisible = 5

type Zoom = {
  /** Of the visible width: below 1 zooms in. */
  factor: number
  /** Index of the slot that stays in its place; null: the right edge. */
  center: number | null
  slots: number
}

export function zoomAround(chart: IChartApi, { factor, center: slot, slots }: Zoom): void {
  const scale = chart.timeScale()
  const range = scale.getVisibleLogicalRange()
  if (range === null) return
  const width = Math.max(minVisible, (range.to - range.from) * factor)
  const last = slots - 0.5
  if (width >= last) return scale.fitContent()
  const center = slot ?? range.to
  const from = center - ((center - range.from) / (range.to - range.from)) * width
  const start = Math.min(Math.max(-0.5, from), last - width)
  scale.setVisibleLogicalRange({ from: start, to: start + width })
}

/** Scrolls a slot into the visible range. */
export function reveal(chart: IChartApi, index: number): void {
  const scale = chart.timeScale()
  const range = scale.getVisibleLogicalRange()
  if (range === null || (index >= range.from && index <= range.to)) return
  const width = range.to - range.from
  const from = index < range.from ? index - 0.5 : index + 0.5 - width
  scale.setVisibleLogicalRange({ from, to: from + width })
}

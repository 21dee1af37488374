import { type Interval, intervals } from '@contract/intervals.ts'
import { Maximize, PencilLine } from 'lucide-react'
import { type ReactNode, type RefObject, useState } from 'react'
import type { DrawingState } from '@/components/charts/drawing-tools'
import type { PriceCanvas } from '@/components/charts/price-canvas'
import { type AxisScale, axisScales, type ChartKind, chartKinds } from '@/components/charts/scene'
import { type Zone, zones } from '@/components/charts/zone'
import { Button } from '@/components/ui/button'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import type { PriceView } from './use-price-view'

const kindLabels: Record<ChartKind, string> = {
  candle: 'Candles',
  heikin: 'Heikin-Ashi',
  bar: 'Bars',
  line: 'Line',
  area: 'Area',
}
const scaleLabels: Record<AxisScale, string> = { linear: 'Linear', log: 'Log', percent: 'Percent', indexed: 'Base 100' }
const zoneLabels: Record<Zone, string> = { utc: 'UTC', local: 'Local' }
type ChoiceProps<T extends string> = {
  label: string
  value: T
  options: readonly T[]
  names: Readonly<Record<T, string>>
  /** Options that can't be chosen. */
  isOff?: (value: T) => boolean
  onChange: (value: T) => void
}

function Choice<T extends string>({ label, value, options, names, isOff, onChange }: ChoiceProps<T>) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => {
        const next = options.find((option) => option === event.target.value)
        if (next !== undefined) onChange(next)
      }}
      className="h-8 rounded-control border border-line-strong bg-surface px-1 text-[12px]"
    >
      {options.map((option) => (
        <option key={option} value={option} disabled={isOff?.(option) === true}>
          {names[option]}
        </option>
      ))}
    </select>
  )
}

const drawingBar = new LazyModule(() => import('./drawing-bar'))

const intervalLabels = Object.fromEntries(intervals.map((interval) => [interval, interval])) as Record<Interval, string>

type ToolbarProps = {
  view: PriceView
  zone: Zone
  onChange: (next: { interval?: Interval; chart?: ChartKind; scale?: AxisScale; zone?: Zone }) => void
  canvas: RefObject<PriceCanvas | null>
  drawings: DrawingState
  /** Buttons that open dialogs. */
  children: ReactNode
  /** The element that fills the screen. */
  frame: RefObject<HTMLElement | null>
}

/** The controls of the price chart, apart from its range. */
export function ChartToolbar(props: ToolbarProps) {
  const { view, zone, onChange, canvas, drawings, children, frame } = props
  const { interval, fitting, kind } = view
  const [isDrawing, setIsDrawing] = useState(false)
  const loaded = useLazyModule(drawingBar, isDrawing)
  const toggleFullscreen = () =>
    void (document.fullscreenElement === null ? frame.current?.requestFullscreen() : document.exitFullscreen())
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-b border-line px-4 py-2 text-[12px]">
      <Choice
        label="Interval"
        value={interval}
        options={intervals}
        names={intervalLabels}
        isOff={(each) => !fitting.includes(each)}
        onChange={(next) => onChange({ interval: next })}
      />
      <Choice
        label="Chart type"
        value={kind}
        options={chartKinds}
        names={kindLabels}
        onChange={(chart) => onChange({ chart })}
      />
      <Choice
        label="Price axis"
        value={view.scene.scale}
        options={axisScales}
        names={scaleLabels}
        onChange={(next) => onChange({ scale: next })}
      />
      <Choice
        label="Time zone"
        value={zone}
        options={zones}
        names={zoneLabels}
        onChange={(next) => onChange({ zone: next })}
      />
      {children}
      <Button aria-expanded={isDrawing} className="gap-1.5 px-2 text-[12px]" onClick={() => setIsDrawing(!isDrawing)}>
        <PencilLine size={16} strokeWidth={1.75} aria-hidden />
        Draw
      </Button>
      <Button
        variant="plain"
        size="icon"
        className="ml-auto"
        aria-label="Full screen"
        title="Full screen"
        onClick={toggleFullscreen}
      >
        <Maximize size={16} strokeWidth={1.75} />
      </Button>
      {isDrawing && loaded !== undefined && <loaded.DrawingBar canvas={canvas} drawings={drawings} />}
    </div>
  )
}

import { type RefObject, useCallback, useMemo, useState } from 'react'
import { CanvasBox } from '@/components/charts/canvas-box'
import { ChartSlider } from '@/components/charts/chart-slider'
import { useChartColors } from '@/components/charts/colors'
import { Value } from '@/components/ui/value'
import { formatDay } from '@/lib/format'
import type { CompareCanvas } from './compare-canvas'
import { type CompareScene, formatFigure } from './compare-scene'
import { LineSwatch } from './line-swatch'

type PlainScene = Omit<CompareScene, 'colors'>
type CompareChartProps = { label: string; scene: PlainScene; canvas: RefObject<CompareCanvas | null> }

const listValues = ({ lines, figure, currency }: PlainScene, index: number) =>
  lines.map((line) => ({ line, text: formatFigure(line.values[index] ?? null, figure, currency) }))

/** The legend, with the values on a day. */
function Legend({ scene, index }: { scene: PlainScene; index: number }) {
  const time = scene.times[index]
  return (
    <div
      className="num flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-[12px] leading-5"
      data-testid="compare-legend"
    >
      <span className="w-20 text-muted">{time !== undefined && formatDay(time)}</span>
      <ul className="contents">
        {listValues(scene, index).map(({ line, text }) => (
          <li key={line.id} className="flex items-center gap-1.5 whitespace-nowrap" title={line.name}>
            <LineSwatch {...line} />
            <span className="text-muted">{line.symbol}</span>
            <Value text={text} className="min-w-12" />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Plot({
  scene: plain,
  canvas,
  onPoint,
}: Omit<CompareChartProps, 'label'> & { onPoint: (at: number | null) => void }) {
  const colors = useChartColors()
  const scene = useMemo(() => (colors === null ? null : { ...plain, colors }), [plain, colors])
  const load = useCallback(
    () =>
      import('./compare-canvas').then(
        ({ CompareCanvas: Canvas }) =>
          (container: HTMLElement) =>
            new Canvas(container, onPoint),
      ),
    [onPoint],
  )
  return <CanvasBox {...{ scene, canvas, load }} data-testid="compare-chart" data-days={plain.times.length} />
}

/** The lines of the coins, with the values of the day under the crosshair, by mouse, touch or arrow keys. */
export function CompareChart({ label, scene, canvas }: CompareChartProps) {
  const [pointed, setPointed] = useState<number | null>(null)
  const last = scene.times.length - 1
  const index = pointed === null || pointed < 0 || pointed > last ? last : pointed
  const values = listValues(scene, index).map(({ line, text }) => `${line.name} ${text}`)
  return (
    <div className="flex grow flex-col">
      <Legend scene={scene} index={index} />
      <div className="relative h-[320px] sm:h-[360px]">
        <Plot scene={scene} canvas={canvas} onPoint={setPointed} />
        <ChartSlider
          label={label}
          first={0}
          last={last}
          index={index}
          valueText={`${formatDay(scene.times[index] ?? 0)}: ${values.join(', ')}`}
          getChart={() => canvas.current}
        />
      </div>
    </div>
  )
}

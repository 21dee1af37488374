import { Minus, Rows3, Slash, Square, Trash2, Type } from 'lucide-react'
import { type RefObject, useState } from 'react'
import type { DrawingState, DrawingTools } from '@/components/charts/drawing-tools'
import { type Tool, tools } from '@/components/charts/drawings'
import type { PriceCanvas } from '@/components/charts/price-canvas'
import { Button } from '@/components/ui/button'
import { showToast } from '@/lib/toast'

const toolLabels: Record<Tool, string> = {
  trend: 'Trend line',
  horizontal: 'Horizontal line',
  fibonacci: 'Fibonacci retracement',
  rectangle: 'Rectangle',
  text: 'Text',
}
const toolIcons = { trend: Slash, horizontal: Minus, fibonacci: Rows3, rectangle: Square, text: Type } as const

type DrawingBarProps = { canvas: RefObject<PriceCanvas | null>; drawings: DrawingState }

/** The drawing tools. A tool takes one or two points, by mouse, touch, or Enter at the crosshair. */
export function DrawingBar({ canvas, drawings: { tool, count, hasSelection } }: DrawingBarProps) {
  const [text, setText] = useState('')
  const act = (change: (tools: DrawingTools) => void) =>
    void canvas.current?.openDrawings().then(change, () => showToast("Can't load the drawing tools. Try again."))
  return (
    <div role="toolbar" aria-label="Drawing tools" className="flex w-full flex-wrap items-center gap-1">
      {tools.map((each) => {
        const Icon = toolIcons[each]
        const isOn = tool === each
        return (
          <Button
            key={each}
            variant="plain"
            size="icon"
            aria-label={toolLabels[each]}
            title={toolLabels[each]}
            aria-pressed={isOn}
            className={isOn ? 'bg-line text-text' : undefined}
            onClick={() => act((drawing) => drawing.use(isOn ? null : each, text))}
          >
            <Icon size={16} strokeWidth={1.75} />
          </Button>
        )
      })}
      {tool === 'text' && (
        <input
          aria-label="Text to place"
          placeholder="Note"
          maxLength={80}
          value={text}
          onChange={(event) => {
            const { value } = event.target
            setText(value)
            act((drawing) => drawing.use('text', value))
          }}
          className="h-8 w-40 rounded-control border border-line-strong bg-surface px-2 text-[13px]"
        />
      )}
      <Button
        variant="plain"
        disabled={!hasSelection}
        title="Delete the selected drawing (Delete)"
        onClick={() => act((drawing) => drawing.removeSelected())}
      >
        <Trash2 size={16} strokeWidth={1.75} aria-hidden />
        Delete
      </Button>
      <Button variant="plain" disabled={count === 0} onClick={() => act((drawing) => drawing.removeAll())}>
        Delete all
      </Button>
      <p className="h-4 basis-full truncate text-[12px] leading-4 text-muted" role="status">
        {tool === null
          ? `${count} ${count === 1 ? 'drawing' : 'drawings'}, kept on this device`
          : `${toolLabels[tool]}: press on the chart, or move the crosshair with the arrow keys and press Enter`}
      </p>
    </div>
  )
}

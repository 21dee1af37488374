import { type MouseEvent, memo, type PointerEvent, type RefObject, useMemo, useRef, useState } from 'react'
import { toColor } from '@/components/charts/tiers'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { coinHref } from '@/lib/links'
import { toVolatilityLabel } from './analytics-methods'
import { noTierColor } from './analytics-tiers'
import type { Vertical } from './analytics-url-state'
import { moveFocus, toCoinId, useHighlight, useIsLit, useLighting } from './highlight'
import { describeCoin, type Plotted, toEdgeText } from './scatter-coins'
import { frames, ScatterFrame } from './scatter-frame'
import type { Side } from './scatter-labels'
import { type Dot, type Edge, edgeMarks, layOutDots, toAxis, toMedian } from './scatter-layout'
import { listSharpeLines, placeNumbers, toCorners } from './scatter-lines'

/** The source of highlights set by this chart. */
const scatterName = 'scatter'

const places: Record<Side, string> = {
  right: 'left-full top-1/2 -translate-y-1/2 ml-[3px]',
  left: 'right-full top-1/2 -translate-y-1/2 mr-[3px]',
  above: 'bottom-full left-1/2 -translate-x-1/2 mb-[3px]',
  below: 'top-full left-1/2 -translate-x-1/2 mt-[3px]',
  none: 'hidden',
}

type MarkProps = { plotted: Plotted; dot: Dot; isStop: boolean; vertical: Vertical }

/** One coin. A label without room appears above it while the coin is highlighted. */
const Mark = memo(function Mark({ plotted, dot, isStop, vertical }: MarkProps) {
  const isLit = useIsLit(plotted.coin.coin_id)
  const side = isLit && dot.side === 'none' ? 'above' : dot.side
  const size = 2 * dot.radius
  return (
    <li className={cn('absolute', isLit && 'z-10')} style={{ left: `${dot.left}%`, top: `${dot.top}%` }}>
      <IntentLink
        href={coinHref(plotted.coin)}
        data-coin={plotted.coin.coin_id}
        data-lit={isLit}
        data-beyond={dot.beyond ?? undefined}
        tabIndex={isStop ? 0 : -1}
        aria-label={describeCoin(plotted)}
        className="group/mark absolute block -translate-1/2 rounded-full before:absolute before:-inset-1.5 before:rounded-full focus-visible:outline-offset-2"
        style={{ width: size, height: size }}
      >
        <span
          className="mark block size-full rounded-full group-has-[[data-lit]]/plot:opacity-30 group-data-lit/mark:opacity-100! group-data-lit/mark:outline-2 group-data-lit/mark:outline-accent"
          style={{ background: plotted.tier === null ? noTierColor : toColor(plotted.tier) }}
        />
        <span
          aria-hidden
          data-edge={
            dot.beyond === null ? undefined : ` ${toEdgeText(plotted, dot.beyond, vertical)}${edgeMarks[dot.beyond]}`
          }
          className={cn(
            'pointer-events-none absolute after:content-[attr(data-edge)] text-[12px] leading-[14px] font-medium whitespace-nowrap text-muted uppercase group-data-lit/mark:rounded-mark group-data-lit/mark:bg-surface group-data-lit/mark:text-text',
            places[side],
          )}
        >
          {plotted.coin.symbol}
        </span>
      </IntentLink>
    </li>
  )
})

type PlotProps = {
  coins: readonly Plotted[]
  vertical: Vertical
  period: number
  plotRef: RefObject<HTMLDivElement | null>
}

function useLayout(coins: readonly Plotted[], vertical: Vertical) {
  return useMemo(() => {
    const points = coins.map((plotted) => {
      const { coin, volatility, periodReturn, sharpe } = plotted
      return {
        id: coin.coin_id,
        text: coin.symbol,
        x: volatility,
        y: vertical === 'return' ? periodReturn : (sharpe ?? 0),
        size: coin.market_cap,
        toEdgeText: (edge: Edge) => toEdgeText(plotted, edge, vertical),
      }
    })
    const [x, y] = [
      toAxis(
        points.map((point) => point.x),
        4,
      ),
      toAxis(
        points.map((point) => point.y),
        7,
      ),
    ]
    const lines = listSharpeLines({ y, vertical })
    const along = (value: (point: (typeof points)[number]) => number) =>
      points.toSorted((a, b) => value(a) - value(b)).map(({ id }) => id)
    return {
      x,
      y,
      median: toMedian(points.map((point) => point.x)),
      lines,
      layouts: frames.map((frame) =>
        layOutDots(points, {
          x,
          y,
          frame,
          taken: [...toCorners(frame), ...placeNumbers(lines, frame)],
        }),
      ),
      across: along((point) => point.x),
      up: along((point) => point.y),
    }
  }, [coins, vertical])
}

/** The first touch highlights a coin, the second opens it. A click opens it directly. */
function useTouch() {
  const store = useHighlight()
  const isPreview = useRef(false)
  return {
    onPointerOverCapture(event: PointerEvent) {
      const id = toCoinId(event.target)
      isPreview.current = event.pointerType === 'touch' && id !== null && !store.get().ids.includes(id)
    },
    onClickCapture(event: MouseEvent) {
      if (isPreview.current) event.preventDefault()
      isPreview.current = false
    },
  }
}

/** Coins by risk and return. The arrow keys move along either axis, Enter opens a coin. */
export function ScatterPlot({ coins, vertical, period, plotRef }: PlotProps) {
  const { layouts, lines, x, y, median, across, up } = useLayout(coins, vertical)
  const lighting = useLighting(scatterName)
  const touch = useTouch()
  const [stop, setStop] = useState<number | null>(null)
  const byId = useMemo(() => new Map(coins.map((each) => [each.coin.coin_id, each])), [coins])
  const first = stop !== null && byId.has(stop) ? stop : layouts[0]?.[0]?.id
  const orders = [
    { back: 'ArrowLeft', on: 'ArrowRight', ids: across },
    { back: 'ArrowDown', on: 'ArrowUp', ids: up },
  ]
  return (
    <div ref={plotRef} className="pt-6 pr-7 pb-10 pl-16">
      {frames.map((frame, index) => (
        <div
          key={frame.width}
          className={cn('group/plot relative border-b border-l border-line-strong', frame.className)}
          style={{ height: frame.height }}
        >
          <p aria-hidden className="absolute bottom-full -left-12 pb-1.5 text-[12px] leading-4 text-muted">
            {vertical === 'return' ? `Return, ${period} d` : 'Sharpe ratio'}
          </p>
          <p aria-hidden className="absolute top-full right-0 pt-5 text-[12px] leading-4 text-muted">
            {toVolatilityLabel(period)}
          </p>
          <ScatterFrame x={x} y={y} vertical={vertical} median={median} lines={lines} frame={frame} />
          <ul
            aria-label={`${coins.length} coins by risk and return`}
            data-testid={scatterName}
            className="absolute inset-0"
            {...lighting}
            onFocus={(event) => {
              lighting.onFocus(event)
              const id = event.target.closest<HTMLElement>('[data-coin]')?.dataset.coin
              if (id !== undefined) setStop(Number(id))
            }}
            onKeyDown={(event) => moveFocus(event, orders)}
            {...touch}
          >
            {layouts[index]?.map((dot) => {
              const plotted = byId.get(dot.id)
              return (
                plotted !== undefined && (
                  <Mark key={dot.id} dot={dot} plotted={plotted} isStop={dot.id === first} vertical={vertical} />
                )
              )
            })}
          </ul>
        </div>
      ))}
    </div>
  )
}

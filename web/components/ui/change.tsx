import { type Direction, formatPct, toDirection, toExactPct } from '@/lib/format'
import { cn } from './cn'
import { Value } from './value'

const looks: Record<Direction, { color: string; arrow: string }> = {
  up: { color: 'text-up', arrow: '▲' },
  down: { color: 'text-down', arrow: '▼' },
  flat: { color: 'text-muted', arrow: '' },
  unknown: { color: 'text-faint', arrow: '' },
}

/** A change in percent with sign, arrow and color; in full on hover. `why`: why there is none. */
export function Change(props: { pct: number | null; text?: string; why?: string; className?: string }) {
  const { color, arrow } = looks[toDirection(props.pct)]
  return (
    <span
      className={cn('num whitespace-nowrap', color, props.className)}
      title={props.pct === null ? (props.why ?? 'No data yet') : undefined}
    >
      {arrow !== '' && (
        <span aria-hidden className="mr-1 text-[8px] leading-none align-[1.5px]">
          {arrow}
        </span>
      )}
      <Value text={props.text ?? formatPct(props.pct)} exact={toExactPct(props.pct)} />
    </span>
  )
}

import type { ChartKind } from './scene'

/** Labeled parts of a rising and a falling candle. */
function Anatomy() {
  return (
    <svg
      width="150"
      height="64"
      viewBox="24 0 150 64"
      role="img"
      aria-label="A candle: the wick spans low to high, the body open to close"
      className="shrink-0 text-[11px]"
    >
      <g fill="var(--up)">
        <rect x="69" y="4" width="2" height="56" />
        <rect x="63" y="16" width="14" height="30" rx="2" />
      </g>
      <g fill="var(--down)">
        <rect x="111" y="4" width="2" height="56" />
        <rect x="105" y="16" width="14" height="30" rx="2" />
      </g>
      <g fill="var(--muted)">
        <text x="56" y="10" textAnchor="end">
          High
        </text>
        <text x="56" y="23" textAnchor="end">
          Close
        </text>
        <text x="56" y="48" textAnchor="end">
          Open
        </text>
        <text x="56" y="62" textAnchor="end">
          Low
        </text>
        <text x="126" y="10">
          High
        </text>
        <text x="126" y="23">
          Open
        </text>
        <text x="126" y="48">
          Close
        </text>
        <text x="126" y="62">
          Low
        </text>
      </g>
    </svg>
  )
}

function Key({ color, children }: { color: string; children: string }) {
  return (
    <li className="flex items-center gap-2">
      <span aria-hidden className="size-2.5 shrink-0 rounded-mark" style={{ background: color }} />
      {children}
    </li>
  )
}

/** Legend of a price chart. `span`: duration of a candle, such as `one day`. */
export function PriceLegend(props: { kind: ChartKind; span: string; hasVolume: boolean; notes: readonly string[] }) {
  const { kind, span, hasVolume, notes } = props
  const isLine = kind === 'line' || kind === 'area'
  const sentences = [
    isLine ? `The line connects the closes of candles of ${span}.` : `Each candle covers ${span}.`,
    'Gaps have no data.',
    ...(kind === 'heikin' ? ['Heikin-Ashi candles are averages. The values above are traded prices.'] : []),
    ...notes,
  ]
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
      {kind === 'candle' && <Anatomy />}
      <div className="grid min-w-0 flex-1 basis-64 gap-1.5">
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          {isLine && <Key color="var(--accent)">Close</Key>}
          {!isLine && <Key color="var(--up)">Close at or above open</Key>}
          {!isLine && <Key color="var(--down)">Close below open</Key>}
          {hasVolume && <Key color="color-mix(in srgb, var(--muted) 50%, transparent)">Lower pane: volume</Key>}
        </ul>
        <p>{sentences.join(' ')}</p>
      </div>
    </div>
  )
}

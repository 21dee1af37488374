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

/** Legend of a candle chart. `span`: duration of a candle, such as `one day`. */
export function CandleLegend(props: { span: string; hasVolume: boolean; notes: readonly string[] }) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
      <Anatomy />
      <div className="grid min-w-0 flex-1 basis-64 gap-1.5">
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          <Key color="var(--up)">Close at or above open</Key>
          <Key color="var(--down)">Close below open</Key>
          {props.hasVolume && <Key color="color-mix(in srgb, var(--muted) 35%, transparent)">Pale bars: volume</Key>}
        </ul>
        <p>{[`Each candle covers ${props.span}. Gaps have no data.`, ...props.notes].join(' ')}</p>
      </div>
    </div>
  )
}

/** Legend of a line chart. */
export function LineLegend({ notes }: { notes: readonly string[] }) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <span className="flex items-center gap-2 text-text">
        <span aria-hidden className="h-0.5 w-5 bg-accent" />
        Price
      </span>
      <p className="min-w-0 flex-1 basis-64">
        {['Gaps have no data. The dashed line is the last price.', ...notes].join(' ')}
      </p>
    </div>
  )
}

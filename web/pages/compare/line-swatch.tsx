import type { LineStyle } from './compare-scene'

/** A piece of a coin's line. */
export function LineSwatch({ color, isDashed }: LineStyle) {
  return (
    <svg aria-hidden width="18" height="4" viewBox="0 0 18 4" className="shrink-0">
      <line
        x1="0"
        x2="18"
        y1="2"
        y2="2"
        strokeWidth="3"
        stroke={`var(--${color})`}
        strokeDasharray={isDashed ? '5 1.5' : undefined}
      />
    </svg>
  )
}

import { type Tier, toColor } from './tiers'

type TierLegendProps = {
  label: string
  tiers: readonly Tier[]
  note?: string
  /** The bounds are those of the label's figure itself, and need no word. */
  isRatio?: boolean
}

/** The tiers of a chart: a swatch each, its word and its bounds. */
export function TierLegend({ label, tiers, note, isRatio = false }: TierLegendProps) {
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-1">
      <ul aria-label={label} className="flex flex-wrap gap-x-4 gap-y-1">
        {isRatio && <li>{label}</li>}
        {tiers.map((tier) => (
          <li key={tier.step} className="num flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className="mark size-2.5 rounded-mark" style={{ background: toColor(tier) }} />
            <span className={isRatio ? 'sr-only' : undefined}>{tier.word}</span>
            <span className={isRatio ? undefined : 'text-faint'}>{tier.label}</span>
          </li>
        ))}
      </ul>
      {note !== undefined && <p>{note}</p>}
    </div>
  )
}

/** The tiers as one bar from end to end, its bounds below. */
export function ScaleLegend({ label, tiers }: { label: string; tiers: readonly Tier[] }) {
  return (
    <ul aria-label={label} className="num @container flex">
      {tiers.map((tier, index) => (
        <li key={tier.step} className="flex flex-1 flex-col items-center gap-1" title={tier.word}>
          <span aria-hidden className="h-2 w-full" style={{ background: toColor(tier) }} />
          <span className={index % 3 === 0 ? 'whitespace-nowrap' : 'hidden whitespace-nowrap @[560px]:block'}>
            {tier.label}
          </span>
          <span className="sr-only">{tier.word}</span>
        </li>
      ))}
    </ul>
  )
}

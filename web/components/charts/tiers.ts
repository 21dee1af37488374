/** A range of values with one color: `step` is that of the diverging scale, `word` and `label` are for the legend. */
export type Tier = { from: number; step: 1 | 2 | 3 | 4 | 5 | 6 | 7; word: string; label: string }

/** The bound of the lowest tier of a scale. */
export const lowest = Number.NEGATIVE_INFINITY

export const correlationTiers: readonly Tier[] = [
  { from: lowest, step: 1, word: 'strong negative', label: '< −0.7' },
  { from: -0.7, step: 2, word: 'moderate negative', label: '−0.7 to −0.4' },
  { from: -0.4, step: 3, word: 'weak negative', label: '−0.4 to −0.1' },
  { from: -0.1, step: 4, word: 'uncorrelated', label: '±0.1' },
  { from: 0.1, step: 5, word: 'weak positive', label: '0.1 to 0.4' },
  { from: 0.4, step: 6, word: 'moderate positive', label: '0.4 to 0.7' },
  { from: 0.7, step: 7, word: 'strong positive', label: '≥ 0.7' },
]

export const toHundredths = (value: number): number => Number(value.toFixed(2))

/** The highest tier whose bound the value reaches. */
export function findTier(tiers: readonly Tier[], isIn: (from: number) => boolean): Tier {
  const tier = tiers.findLast(({ from }) => from === lowest || isIn(from))
  if (tier === undefined) throw new Error('a scale without a lowest tier')
  return tier
}

/** By the two decimals shown, so that color and number agree. */
export const toCorrelationTier = (value: number): Tier =>
  findTier(correlationTiers, (from) => toHundredths(value) >= from)

export const toColor = ({ step }: Tier): string => `var(--step-${step})`

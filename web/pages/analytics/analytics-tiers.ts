/** A class of values that is drawn alike: a step of the diverging scale, and its words in a legend. */
export type Tier = { from: number; step: 1 | 2 | 3 | 4 | 5 | 6 | 7; word: string; label: string }

const lowest = Number.NEGATIVE_INFINITY

export const correlationTiers: readonly Tier[] = [
  { from: lowest, step: 1, word: 'strongly opposite', label: '< −0.7' },
  { from: -0.7, step: 2, word: 'opposite', label: '−0.7 to −0.4' },
  { from: -0.4, step: 3, word: 'slightly opposite', label: '−0.4 to −0.1' },
  { from: -0.1, step: 4, word: 'uncorrelated', label: '±0.1' },
  { from: 0.1, step: 5, word: 'slightly alike', label: '0.1 to 0.4' },
  { from: 0.4, step: 6, word: 'alike', label: '0.4 to 0.7' },
  { from: 0.7, step: 7, word: 'strongly alike', label: '≥ 0.7' },
]

export const sharpeTiers: readonly Tier[] = [
  { from: lowest, step: 1, word: 'very poor', label: '< −0.5' },
  { from: -0.5, step: 3, word: 'poor', label: '−0.5 to 0' },
  { from: 0, step: 5, word: 'modest', label: '0 to 0.5' },
  { from: 0.5, step: 6, word: 'fair', label: '0.5 to 1' },
  { from: 1, step: 7, word: 'good', label: '≥ 1' },
]

/** By the part of the worst fall. */
export const drawdownTiers: readonly Tier[] = [
  { from: lowest, step: 4, word: 'Mild', label: 'up to 25% of the worst' },
  { from: 0.25, step: 3, word: 'Moderate', label: '25 to 50%' },
  { from: 0.5, step: 2, word: 'High', label: '50 to 75%' },
  { from: 0.75, step: 1, word: 'Severe', label: 'over 75%' },
]

/** By the part of the highest volatility. */
export const volatilityTiers: readonly Tier[] = [
  { from: lowest, step: 6, word: 'Low', label: 'below 33% of the highest' },
  { from: 0.33, step: 4, word: 'Medium', label: '33 to 66%' },
  { from: 0.66, step: 1, word: 'High', label: '66% and more' },
]

const toHundredths = (value: number): number => Number(value.toFixed(2))

function find(tiers: readonly Tier[], isIn: (from: number) => boolean): Tier {
  const tier = tiers.findLast(({ from }) => from === lowest || isIn(from))
  if (tier === undefined) throw new Error('a scale without a lowest tier')
  return tier
}

/** By the two decimals that are shown, so that colour and figure never disagree. */
export const toCorrelationTier = (value: number): Tier => find(correlationTiers, (from) => toHundredths(value) >= from)

export const toSharpeTier = (value: number): Tier => find(sharpeTiers, (from) => toHundredths(value) >= from)

/** How bad a fall is beside the worst of the set; both are positive fractions. */
export const toDrawdownTier = (value: number, worst: number): Tier =>
  find(drawdownTiers, (from) => worst > 0 && value / worst > from)

/** How high a volatility is beside the highest of the set. */
export const toVolatilityTier = (value: number, highest: number): Tier =>
  find(volatilityTiers, (from) => highest > 0 && value / highest >= from)

/** What has no tier is drawn as the middle one. */
export const noTierColor = 'var(--step-4)'

export const toColor = ({ step }: Tier): string => `var(--step-${step})`

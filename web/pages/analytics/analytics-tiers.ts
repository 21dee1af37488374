import { findTier, lowest, type Tier, toHundredths } from '../../components/charts/tiers.ts'

export const sharpeTiers: readonly Tier[] = [
  { from: lowest, step: 1, word: 'very poor', label: '< −0.5' },
  { from: -0.5, step: 3, word: 'poor', label: '−0.5 to 0' },
  { from: 0, step: 5, word: 'modest', label: '0 to 0.5' },
  { from: 0.5, step: 6, word: 'fair', label: '0.5 to 1' },
  { from: 1, step: 7, word: 'good', label: '≥ 1' },
]

/** By fraction of the largest drawdown. */
export const drawdownTiers: readonly Tier[] = [
  { from: lowest, step: 4, word: 'Mild', label: 'up to 25% of the largest' },
  { from: 0.25, step: 3, word: 'Moderate', label: '25 to 50%' },
  { from: 0.5, step: 2, word: 'High', label: '50 to 75%' },
  { from: 0.75, step: 1, word: 'Severe', label: 'over 75%' },
]

export const returnTiers: readonly Tier[] = [
  { from: lowest, step: 1, word: 'Loss', label: 'below 0%' },
  { from: 0, step: 7, word: 'Gain', label: '0% or more' },
]

/** By fraction of the highest volatility. */
export const volatilityTiers: readonly Tier[] = [
  { from: lowest, step: 6, word: 'Low', label: 'below 33% of the highest' },
  { from: 0.33, step: 4, word: 'Medium', label: '33 to 66%' },
  { from: 0.66, step: 1, word: 'High', label: '66% or more' },
]

export const toSharpeTier = (value: number): Tier => findTier(sharpeTiers, (from) => toHundredths(value) >= from)

/** Both are positive fractions; `worst` is the largest drawdown of the set. */
export const toDrawdownTier = (value: number, worst: number): Tier =>
  findTier(drawdownTiers, (from) => worst > 0 && value / worst > from)

/** `highest` is the highest volatility of the set. */
export const toVolatilityTier = (value: number, highest: number): Tier =>
  findTier(volatilityTiers, (from) => highest > 0 && value / highest >= from)

export const toReturnTier = (value: number): Tier => findTier(returnTiers, (from) => value >= from)

/** The color of a value without a tier: the middle step. */
export const noTierColor = 'var(--step-4)'

// Limits and lists of the comparison that pages import without the schemas.

import { minAnnualizedReturns } from './returns.ts'

export const maxComparedCoins = 10

/** Ranges in closed UTC days; null: all. */
export const compareRanges = { '1m': 30, '3m': 90, '6m': 180, '1y': 365, '2y': 730, '5y': 1826, max: null } as const
export type CompareRange = keyof typeof compareRanges

/** Daily returns of the rolling volatility: as many as an annualized figure needs. */
export const rollingReturns = minAnnualizedReturns

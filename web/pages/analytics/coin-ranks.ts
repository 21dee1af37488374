import type { VolatilityRanking } from '../../../contract/analytics.ts'
import { canAnnualize, explainNoFigures } from '../../../contract/returns.ts'
import type { Tier } from '../../components/charts/tiers.ts'
import { toDrawdownTier, toReturnTier, toVolatilityTier } from './analytics-tiers.ts'

export type RankedCoin = VolatilityRanking[number]

/** `value`: a fraction, null when unknown. `part`: of the longest bar, from 0 to 1. */
export type Rank = { coin: RankedCoin; place: number | null; value: number | null; part: number; tier: Tier | null }

type Scale = { value: (coin: RankedCoin) => number | null; tier: (value: number, most: number) => Tier }

/** Highest value first, unknown values last. Equal values share a place. */
function rank(coins: VolatilityRanking, { value, tier }: Scale): Rank[] {
  const known = coins.flatMap((coin) => {
    const figure = value(coin)
    return figure === null ? [] : [{ coin, figure }]
  })
  known.sort((a, b) => b.figure - a.figure)
  const most = Math.max(0, ...known.map(({ figure }) => Math.abs(figure)))
  const ranks = known.map(
    ({ coin, figure }): Rank => ({
      coin,
      place: known.findIndex((other) => other.figure === figure) + 1,
      value: figure,
      part: most > 0 ? Math.abs(figure) / most : 0,
      tier: tier(figure, most),
    }),
  )
  const rest = coins.filter((coin) => value(coin) === null)
  return [...ranks, ...rest.map((coin): Rank => ({ coin, place: null, value: null, part: 0, tier: null }))]
}

/** The coins by max drawdown, largest first. */
export const rankDrawdowns = (coins: VolatilityRanking): Rank[] =>
  rank(coins, { value: ({ max_drawdown }) => max_drawdown, tier: toDrawdownTier })

/** The coins by return over the period, highest first. */
export const rankReturns = (coins: VolatilityRanking): Rank[] =>
  rank(coins, { value: ({ period_return }) => period_return, tier: toReturnTier })

/** Annualized volatility; daily volatility where the period is too short for it. */
export const toVolatility = ({ period_days, volatility, volatility_annualized }: RankedCoin): number | null =>
  canAnnualize(period_days) ? volatility_annualized : volatility

/** The coins by volatility, highest first. */
export const rankVolatilities = (coins: VolatilityRanking): Rank[] =>
  rank(coins, { value: toVolatility, tier: toVolatilityTier })

/** Why a coin has no return, drawdown and daily volatility. */
const toWhyNoFigure = ({ observations, period_days }: RankedCoin): string =>
  explainNoFigures(observations, period_days) ?? 'Not defined'

/** Why a coin has no volatility. */
const toWhyNoVolatility = (coin: RankedCoin): string =>
  (canAnnualize(coin.period_days) ? coin.annualized_reason : null) ?? toWhyNoFigure(coin)

export const noValueReasons = { figure: toWhyNoFigure, volatility: toWhyNoVolatility } as const

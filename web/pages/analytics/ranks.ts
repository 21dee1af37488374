import type { VolatilityRanking } from '../../../contract/analytics.ts'
import { type Tier, toDrawdownTier, toVolatilityTier } from './tiers.ts'

export type RankedCoin = VolatilityRanking[number]

/** A bar: `value` is a fraction, null when not known; `part` of the longest bar, from 0 to 1. */
export type Rank = { coin: RankedCoin; place: number | null; value: number | null; part: number; tier: Tier | null }

type Scale = { value: (coin: RankedCoin) => number | null; tier: (value: number, most: number) => Tier }

/** The highest value first, those that are not known last; equal ones share a place. */
function rank(coins: VolatilityRanking, { value, tier }: Scale): Rank[] {
  const known = coins.flatMap((coin) => {
    const figure = value(coin)
    return figure === null ? [] : [{ coin, figure }]
  })
  known.sort((a, b) => b.figure - a.figure)
  const most = known[0]?.figure ?? 0
  const ranks = known.map(
    ({ coin, figure }): Rank => ({
      coin,
      place: known.findIndex((other) => other.figure === figure) + 1,
      value: figure,
      part: most > 0 ? figure / most : 0,
      tier: tier(figure, most),
    }),
  )
  const rest = coins.filter((coin) => value(coin) === null)
  return [...ranks, ...rest.map((coin): Rank => ({ coin, place: null, value: null, part: 0, tier: null }))]
}

/** The coins by their largest fall, the worst first. */
export const rankDrawdowns = (coins: VolatilityRanking): Rank[] =>
  rank(coins, { value: ({ max_drawdown }) => max_drawdown, tier: toDrawdownTier })

/** The coins by their volatility, the highest first. */
export const rankVolatilities = (coins: VolatilityRanking): Rank[] =>
  rank(coins, { value: ({ volatility_annualized }) => volatility_annualized, tier: toVolatilityTier })

/** The mean daily return of a coin times 365, above the riskless rate: what its Sharpe ratio is made of. */
export const toAnnualReturn = ({ sharpe_ratio, volatility_annualized }: RankedCoin): number | null =>
  sharpe_ratio === null || volatility_annualized === null ? null : sharpe_ratio * volatility_annualized

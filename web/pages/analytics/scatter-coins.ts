import type { VolatilityRanking } from '../../../contract/analytics.ts'
import { canAnnualize } from '../../../contract/returns.ts'
import type { Tier } from '../../components/charts/tiers.ts'
import { formatCompactUsd, formatFraction, formatRatio, formatSignedFraction } from '../../lib/format.ts'
import { toSharpeTier } from './analytics-tiers.ts'
import type { Vertical } from './analytics-url-state.ts'
import { type RankedCoin, toVolatility } from './coin-ranks.ts'
import type { Edge } from './scatter-layout.ts'

/** A coin of the scatter. `sharpe` and its tier are null where the period is too short for the ratio. */
export type Plotted = {
  coin: RankedCoin
  volatility: number
  periodReturn: number
  sharpe: number | null
  tier: Tier | null
}

/** The coins that have the values of both axes. */
export const listPlotted = (coins: VolatilityRanking, vertical: Vertical): Plotted[] =>
  coins.flatMap((coin) => {
    const [volatility, { period_return: periodReturn, sharpe_ratio: sharpe }] = [toVolatility(coin), coin]
    if (volatility === null || periodReturn === null || (vertical === 'sharpe' && sharpe === null)) return []
    return [{ coin, volatility, periodReturn, sharpe, tier: sharpe === null ? null : toSharpeTier(sharpe) }]
  })

/** The labeled values of a coin in one line. */
export const describeFigures = ({ coin, volatility, periodReturn, sharpe, tier }: Plotted): string =>
  [
    canAnnualize(coin.period_days)
      ? `annualized volatility ${formatFraction(volatility, 1)}`
      : `daily volatility ${formatFraction(volatility, 2)}`,
    `return ${formatSignedFraction(periodReturn, 1)}`,
    ...(sharpe === null || tier === null ? [] : [`Sharpe ${formatRatio(sharpe)} (${tier.word})`]),
    `market cap ${formatCompactUsd(coin.market_cap)}`,
  ].join(', ')

export const describeCoin = (plotted: Plotted): string =>
  `${plotted.coin.name}, ${plotted.coin.symbol.toUpperCase()}: ${describeFigures(plotted)}`

/** The value of a coin beyond an edge of the plot. */
export const toEdgeText = ({ volatility, periodReturn, sharpe }: Plotted, edge: Edge, vertical: Vertical): string =>
  edge === 'right'
    ? formatFraction(volatility, 0)
    : vertical === 'return'
      ? formatSignedFraction(periodReturn, 0)
      : formatRatio(sharpe)

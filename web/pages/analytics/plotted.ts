import type { VolatilityRanking } from '@contract/analytics.ts'
import { formatCompactUsd, formatFraction, formatRatio, formatSignedFraction } from '@/lib/format'
import { type RankedCoin, toAnnualReturn } from './ranks'
import { toSharpeTier } from './tiers'

/** A coin whose risk and return are known. */
export type Plotted = { coin: RankedCoin; volatility: number; annualReturn: number; sharpe: number }

/** The coins that have a place in the scatter; the others have too few returns, or do not move. */
export const listPlotted = (coins: VolatilityRanking): Plotted[] =>
  coins.flatMap((coin) => {
    const { volatility_annualized: volatility, sharpe_ratio: sharpe } = coin
    const annualReturn = toAnnualReturn(coin)
    return volatility === null || sharpe === null || annualReturn === null
      ? []
      : [{ coin, volatility, annualReturn, sharpe }]
  })

/** The figures of a coin with their names, in one line. */
export const describeFigures = ({ coin, volatility, annualReturn, sharpe }: Plotted): string =>
  [
    `volatility ${formatFraction(volatility, 1)} a year`,
    `return ${formatSignedFraction(annualReturn, 1)} a year`,
    `Sharpe ${formatRatio(sharpe)} (${toSharpeTier(sharpe).word})`,
    `market cap ${formatCompactUsd(coin.market_cap)}`,
  ].join(', ')

export const describeCoin = (plotted: Plotted): string =>
  `${plotted.coin.name}, ${plotted.coin.symbol.toUpperCase()}: ${describeFigures(plotted)}`

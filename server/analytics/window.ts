import { minAnnualizedReturns, toMinReturns } from '../../contract/returns.ts'
import { computeCorrelationInterval, computeSharpeInterval } from './intervals.ts'
import { computeMoments } from './moments.ts'
import { computePearson } from './pearson.ts'
import { computeExpectedShortfall, type Year } from './ratios.ts'
import { computeReturns, dropGaps, type ReturnKind } from './returns.ts'
import { computeRisk, confidence } from './risk.ts'

/** The metrics of a coin over a window against a benchmark. `closes`, `benchmark`: one close per day (NaN: none). */
export function computeWindowRisk(
  closes: Float64Array,
  benchmark: Float64Array,
  { year, kind }: { year: Year; kind: ReturnKind },
) {
  const market = computeReturns(benchmark, kind)
  const daily = computeReturns(closes, kind)
  const returns = dropGaps(daily)
  const { beta_btc: beta, correlation_btc: correlation, ...risk } = computeRisk(closes, market, year, kind)
  const sharpe = risk.sharpe_ratio === null ? null : computeSharpeInterval(risk.sharpe_ratio, returns, year.periods)
  const fisher =
    correlation === null ? null : computeCorrelationInterval(correlation, computePearson(market, daily).observations)
  return {
    ...risk,
    beta,
    correlation,
    correlation_low: fisher?.low ?? null,
    correlation_high: fisher?.high ?? null,
    sharpe_low: sharpe?.low ?? null,
    sharpe_high: sharpe?.high ?? null,
    expected_shortfall_95: risk.volatility === null ? null : computeExpectedShortfall(returns, confidence),
  }
}

/**
 * The metrics of one window of daily returns. Null with fewer than 80% of its returns or 5, annualized volatility also
 * with fewer than 30.
 */
export type RollingPoint = {
  observations: number
  volatility: number | null
  volatility_annualized: number | null
  correlation: number | null
  correlation_low: number | null
  correlation_high: number | null
  beta: number | null
}

/**
 * Metrics of the last `window` returns at each day from `window` on. `returns`, `market`: one return per day (NaN: none).
 * The first point ends at the return with the index `window - 1`.
 */
export function computeRolling(
  returns: Float64Array,
  market: Float64Array,
  { window, periods }: { window: number; periods: number },
): RollingPoint[] {
  const minimum = toMinReturns(window)
  const points: RollingPoint[] = []
  for (let end = window; end <= returns.length; end += 1) {
    const own = returns.subarray(end - window, end)
    const known = dropGaps(own)
    const isKnown = known.length >= minimum
    const { deviation } = computeMoments(known)
    const pair = computePearson(market.subarray(end - window, end), own)
    const isPaired = pair.observations >= minimum
    const correlation = isPaired ? pair.correlation : null
    const fisher = correlation === null ? null : computeCorrelationInterval(correlation, pair.observations)
    points.push({
      observations: known.length,
      volatility: isKnown ? deviation : null,
      volatility_annualized: isKnown && known.length >= minAnnualizedReturns ? deviation * Math.sqrt(periods) : null,
      correlation,
      correlation_low: fisher?.low ?? null,
      correlation_high: fisher?.high ?? null,
      beta: isPaired ? pair.slope : null,
    })
  }
  return points
}

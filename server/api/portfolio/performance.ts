import type { PortfolioPerformance } from '../../../contract/portfolio-performance.ts'
import { dayMs, tickMs } from '../../../contract/time.ts'
import { computeBenchmark } from '../../portfolio/benchmark.ts'
import { apportion, toNumber } from '../../portfolio/money.ts'
import { computePerformance, type DayValue } from '../../portfolio/performance.ts'
import { computePeriod } from '../../portfolio/period.ts'
import { computePortfolioRisk } from '../../portfolio/risk.ts'
import { toCurrencyPart } from './in-currency.ts'
import { type Ledger, toCoin } from './ledger.ts'

const profitDecimals = 8
const allDays = 100_000
const year = { periods: 365, riskFreeRate: 0 }

/** The last point counts to the last tick, so that responses within one tick have equal timestamps. */
const toTimestamp = (at: number): string => new Date(Math.floor(at / tickMs) * tickMs).toISOString()

const none = {
  from: null,
  to: null,
  start_value_usd: 0,
  end_value_usd: 0,
  net_flow_usd: 0,
  profit_usd: 0,
  time_weighted_return: null,
  money_weighted_return: null,
  max_drawdown: null,
  volatility_annualized: null,
  sharpe_ratio: null,
  value_at_risk_95: null,
  correlation_btc: null,
  observations: 0,
  contributions: [],
  points: [],
} satisfies PortfolioPerformance

type Options = { days?: number | undefined; benchmark?: number | null; bitcoin: number | null }

/** The performance of a portfolio over its last days, or since its first transaction. Benchmarks are coins of the ledger. */
export function toPerformance(ledger: Ledger, { days, benchmark = null, bitcoin }: Options): PortfolioPerformance {
  const { entries, prices, now } = ledger
  const performance = computePerformance(entries, prices.find, now)
  const from = days === undefined ? null : now - days * dayMs
  const period = computePeriod(performance, from)
  if (period === null) return none
  const findMarket = (at: number) => (bitcoin === null ? null : prices.findNumber(bitcoin, at)) ?? Number.NaN
  const risk = computePortfolioRisk(performance.days, { period: days ?? allDays, findMarket, year })
  const shown = performance.days.filter(({ at }) => from === null || at >= from)
  return {
    ...toCurrencyPart(ledger),
    from: new Date(period.from).toISOString(),
    to: toTimestamp(period.to),
    start_value_usd: toNumber(period.startValue),
    end_value_usd: toNumber(period.endValue),
    net_flow_usd: toNumber(period.moved),
    profit_usd: toNumber(period.gain),
    time_weighted_return: period.timeWeighted,
    money_weighted_return: period.to - period.from < dayMs ? null : period.moneyWeighted,
    max_drawdown: risk.max_drawdown,
    volatility_annualized: risk.volatility_annualized,
    sharpe_ratio: risk.sharpe_ratio,
    value_at_risk_95: risk.value_at_risk_95,
    correlation_btc: risk.correlation_btc,
    observations: risk.observations,
    contributions: toContributions(ledger, period.gains),
    points: toPoints(ledger, shown, performance.movements, benchmark),
  }
}

function toContributions(ledger: Ledger, gains: NonNullable<ReturnType<typeof computePeriod>>['gains']) {
  const rounded = apportion(
    gains.map(({ gain }) => gain),
    profitDecimals,
  )
  return gains.map(({ coin }, index) => {
    const { coin_id, symbol, name } = toCoin(ledger, coin)
    return { coin_id, symbol, name, profit_usd: Number(rounded[index]) }
  })
}

function toPoints(
  { prices }: Ledger,
  days: DayValue[],
  movements: Parameters<typeof computeBenchmark>[0],
  benchmark: number | null,
): PortfolioPerformance['points'] {
  const times = days.map(({ at }) => at)
  const compared = benchmark === null ? [] : computeBenchmark(movements, times, (at) => prices.find(benchmark, at))
  return days.map(({ at, value, invested, index }, position) => {
    const other = compared[position] ?? null
    return {
      timestamp: toTimestamp(at),
      value_usd: toNumber(value),
      invested_usd: toNumber(invested),
      index,
      benchmark_usd: other && toNumber(other),
    }
  })
}

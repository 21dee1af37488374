import type { MarketHistory } from '@contract/market.ts'

type Point = MarketHistory['points'][number]

const minHours = 12

/** The values of each sparkline, oldest first. `scope`: period, interval and coins in words. */
export type MarketSparklines = { cap: number[]; volume: number[]; btc: number[]; eth: number[]; scope: string }

const pick = (points: readonly Point[], key: 'market_cap' | 'volume' | 'btc_dominance' | 'eth_dominance'): number[] => {
  const values = points.map((point) => point[key])
  return values.every((value) => value !== null) ? values : []
}

/** Null while the history is shorter than 12 hours. A figure with an unknown value has an empty list. */
export function toMarketSparklines(history: MarketHistory | undefined): MarketSparklines | null {
  const { points, coins, market_cap_share_pct: share } = history ?? { points: [], coins: 0, market_cap_share_pct: null }
  if (points.length < minHours || share === null) return null
  const hours = points.length - 1
  const span = hours >= 48 ? `${Math.round(hours / 24)} days` : `${hours} hours`
  return {
    cap: pick(points, 'market_cap'),
    volume: pick(points, 'volume'),
    btc: pick(points, 'btc_dominance'),
    eth: pick(points, 'eth_dominance'),
    scope: `hourly, last ${span}, ${coins} coins with ${share.toFixed(1)}% of the market cap`,
  }
}

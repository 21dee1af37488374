import type { MarketHistory } from '@contract/market.ts'

type Point = MarketHistory['points'][number]

/** Fewer hours than this are no line. */
const leastHours = 12

export type Lines = { cap: number[]; volume: number[]; btc: number[]; eth: number[]; words: string }

const pick = (points: readonly Point[], key: 'market_cap' | 'volume' | 'btc_dominance' | 'eth_dominance'): number[] => {
  const values = points.map((point) => point[key])
  return values.every((value) => value !== null) ? values : []
}

/** The history of the market as lines for its figures, and what they show in words; null while it is too short. */
export function toLines(history: MarketHistory | undefined): Lines | null {
  const { points, coins, market_cap_share_pct: share } = history ?? { points: [], coins: 0, market_cap_share_pct: null }
  if (points.length < leastHours || share === null) return null
  const hours = points.length - 1
  const span = hours >= 48 ? `${Math.round(hours / 24)} days` : `${hours} hours`
  return {
    cap: pick(points, 'market_cap'),
    volume: pick(points, 'volume'),
    btc: pick(points, 'btc_dominance'),
    eth: pick(points, 'eth_dominance'),
    words: `over the last ${span}, by the hour, of ${coins} coins that hold ${share.toFixed(1)}% of the market cap`,
  }
}

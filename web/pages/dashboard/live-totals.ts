import type { MarketOverview } from '../../../contract/market.ts'
import { toChange } from '../../lib/live-figures.ts'
import type { MapCoin } from './treemap-layout.ts'

const keys = [
  'total_market_cap',
  'market_cap_change_24h_pct',
  'btc_dominance',
  'btc_dominance_change_24h',
  'eth_dominance',
  'eth_dominance_change_24h',
  'advancing',
  'declining',
] as const
/** The figures of the market that depend on prices; units as in the overview. */
export type LiveTotals = Pick<MarketOverview, (typeof keys)[number]>

const pick = (overview: MarketOverview): LiveTotals =>
  Object.fromEntries(keys.map((key) => [key, overview[key]])) as LiveTotals

type ToPrice = (coin: MapCoin) => number | null

const round = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(2)))

/** Live price / snapshot price; 1 where either is unknown. */
function toRatio(coin: MapCoin | undefined, toPrice: ToPrice): number {
  const price = coin === undefined ? null : toPrice(coin)
  const ratio = price === null || coin?.price_usd == null ? 1 : price / coin.price_usd
  return Number.isFinite(ratio) ? ratio : 1
}

/** By how much the counts of advancers and decliners change with live prices. */
function countSignChanges(coins: readonly MapCoin[], toPrice: ToPrice): { up: number; down: number } {
  const counts = { up: 0, down: 0 }
  for (const coin of coins) {
    const before = coin.price_change_24h_pct ?? 0
    const now = toChange(coin, '24h', toPrice(coin)) ?? 0
    counts.up += Number(now > 0) - Number(before > 0)
    counts.down += Number(now < 0) - Number(before < 0)
  }
  return counts
}

/**
 * The totals of the market at live prices. Only `coins` move them; missing coins are in no total. While every live price
 * equals its snapshot, the totals are exactly those of the overview.
 */
export function toLiveTotals(overview: MarketOverview, coins: readonly MapCoin[], toPrice: ToPrice): LiveTotals {
  const { total_market_cap: cap, btc_dominance: btc, eth_dominance: eth } = overview
  const moved = coins.filter((coin) => coin.stale_reason !== 'missing' && toRatio(coin, toPrice) !== 1)
  if (moved.length === 0 || !(cap > 0)) return pick(overview)
  const live = moved.reduce((sum, coin) => sum + (coin.market_cap ?? 0) * (toRatio(coin, toPrice) - 1), cap)
  const ratio = live / cap
  const toShare = (share: number | null, id: string): number | null => {
    const coin = moved.find(({ coingecko_id }) => coingecko_id === id)
    return share === null ? null : (share * toRatio(coin, toPrice)) / ratio
  }
  const [btcLive, ethLive] = [toShare(btc, 'bitcoin'), toShare(eth, 'ethereum')]
  const toShareChange = (change: number | null, before: number | null, now: number | null): number | null =>
    change === null || before === null || now === null ? null : change + now - before
  const { up, down } = countSignChanges(moved, toPrice)
  const { market_cap_change_24h_pct: change } = overview
  return {
    total_market_cap: live,
    market_cap_change_24h_pct: change === null ? null : round(((1 + change / 100) * ratio - 1) * 100),
    btc_dominance: round(btcLive),
    btc_dominance_change_24h: round(toShareChange(overview.btc_dominance_change_24h, btc, btcLive)),
    eth_dominance: round(ethLive),
    eth_dominance_change_24h: round(toShareChange(overview.eth_dominance_change_24h, eth, ethLive)),
    advancing: overview.advancing + up,
    declining: overview.declining + down,
  }
}

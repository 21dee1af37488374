import { Type } from 'typebox'
import { Instant, Mode, Nullable, Pct, Usd } from './units.ts'

/** A coin among the day's biggest moves. */
export const Mover = Type.Object({
  id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  price_usd: Usd,
  price_change_24h_pct: Pct,
})
export type Mover = Type.Static<typeof Mover>

/** Share of the total market cap in percent, and its change over 24 h in percentage points. */
const Share = Nullable(Type.Number({ description: 'percent of the total market cap' }))
const ShareChange = Nullable(Type.Number({ description: 'change over 24 h in percentage points' }))

/**
 * The whole tracked market at one glance. Totals are sums over the coins that `/coins` lists.
 * A 24 h change compares the same set of coins then and now, and is null when there is no "then".
 */
export const MarketOverview = Type.Object({
  mode: Mode,
  active_coins: Type.Integer({ description: 'coins that /coins lists' }),
  total_market_cap: Type.Number({ description: 'US dollars' }),
  market_cap_change_24h_pct: Nullable(Pct),
  total_volume_24h: Type.Number({ description: 'US dollars' }),
  volume_change_24h_pct: Nullable(Pct),
  btc_dominance: Share,
  btc_dominance_change_24h: ShareChange,
  eth_dominance: Share,
  eth_dominance_change_24h: ShareChange,
  advancing: Type.Integer({ description: 'coins whose price rose over 24 h' }),
  declining: Type.Integer({ description: 'coins whose price fell over 24 h' }),
  top_gainers: Type.Array(Mover, { maxItems: 5 }),
  top_losers: Type.Array(Mover, { maxItems: 5 }),
  last_updated: Nullable(Instant),
})
export type MarketOverview = Type.Static<typeof MarketOverview>

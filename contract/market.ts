import { type TSchema, Type } from 'typebox'
import { currencyQuery, optionalCurrency, optionalPrice } from './currencies.ts'
import { Amount, Instant, LogoUrl, Mode, Nullable, Pct, ReferencePrice, Usd } from './units.ts'

/** A top gainer or loser. */
export const Mover = Type.Object({
  id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
  price_usd: Usd,
  ...optionalPrice,
  price_change_24h_pct: Pct,
  reference_price_24h: Nullable(ReferencePrice),
})
export type Mover = Type.Static<typeof Mover>

/** Share of the total market cap in percent, and its change over 24 h in percentage points. */
const Share = Nullable(Type.Number({ description: 'percent of the total market cap' }))
const ShareChange = Nullable(Type.Number({ description: 'change over 24 h in percentage points' }))

/**
 * The tracked market in one response. Totals are sums over the coins of `/coins`, except those without an accepted row
 * for 24 h. A 24h change compares the same coins then and now; null without values from 24 h ago.
 */
const overviewIn = <T extends TSchema>(amount: T) =>
  Type.Object({
    mode: Mode,
    ...optionalCurrency,
    active_coins: Type.Integer({
      description: 'coins in the totals: those of /coins with an accepted row in the last 24 h',
    }),
    total_market_cap: amount,
    market_cap_change_24h_pct: Nullable(Pct),
    total_volume_24h: amount,
    volume_change_24h_pct: Nullable(Pct),
    btc_dominance: Share,
    btc_dominance_change_24h: ShareChange,
    eth_dominance: Share,
    eth_dominance_change_24h: ShareChange,
    advancing: Type.Integer({ description: 'coins whose price rose over 24 h, in the currency of the changes' }),
    declining: Type.Integer({ description: 'coins whose price fell over 24 h, in the currency of the changes' }),
    top_gainers: Type.Array(Mover, { maxItems: 5 }),
    top_losers: Type.Array(Mover, { maxItems: 5 }),
    last_updated: Nullable(Instant),
  })
type UsdOverview = ReturnType<typeof overviewIn<typeof Usd>>
export type MarketOverview = Type.Static<UsdOverview>

/** In another currency the amounts are null without a rate. */
export const MarketOverviewIn = overviewIn(Nullable(Amount))
export type MarketOverviewIn = Type.Static<typeof MarketOverviewIn>

const MarketHistoryQuery = Type.Object({
  days: Type.Integer({ minimum: 1, maximum: 30, default: 7, description: 'how far back' }),
})
export const MarketHistoryCurrencyQuery = Type.Object({ ...MarketHistoryQuery.properties, ...currencyQuery })

/**
 * Totals at each full hour, oldest first, all over the same tracked coins: those known at every hour since the first
 * point, which is where they hold 90% of today's market cap. A new warehouse has fewer points, or none.
 */
const historyIn = <T extends TSchema>(amount: T) =>
  Type.Object({
    ...optionalCurrency,
    coins: Type.Integer({ description: 'coins in the sums' }),
    market_cap_share_pct: Nullable(Type.Number({ description: "percent of today's total market cap that they hold" })),
    points: Type.Array(
      Type.Object({
        timestamp: Instant,
        market_cap: amount,
        volume: amount,
        btc_dominance: Share,
        eth_dominance: Share,
      }),
      { maxItems: 721 },
    ),
  })
type UsdHistory = ReturnType<typeof historyIn<typeof Usd>>
export type MarketHistory = Type.Static<UsdHistory>

/** In another currency each point has the rate of its time; its amounts are null without one. */
export const MarketHistoryIn = historyIn(Nullable(Amount))
export type MarketHistoryIn = Type.Static<typeof MarketHistoryIn>

import { Type } from 'typebox'
import { AsOf, analyticsPeriods, RiskFigures } from './analytics.ts'
import { CoinKind } from './coins.ts'
import { currencyQuery, optionalCurrency } from './currencies.ts'
import { sentimentClasses, sentimentDays, sentimentParts } from './sentiment.ts'
import { Amount, Day, Instant, LogoUrl, Nullable, Pct } from './units.ts'

const coin = {
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
}

/** The totals of `/market/history` over 7 days, oldest first. Hours without a value are left out. */
export const KpiSparklines = Type.Object({
  ...optionalCurrency,
  market_cap: Type.Array(Amount, { maxItems: 169 }),
  volume: Type.Array(Amount, { maxItems: 169 }),
  btc_dominance: Type.Array(Type.Number({ description: 'percent of the total market cap' }), { maxItems: 169 }),
})
export type KpiSparklines = Type.Static<typeof KpiSparklines>

export const MarketSummaryQuery = Type.Object({
  period: Type.Integer({ enum: [...analyticsPeriods], default: 7, description: 'closed UTC days' }),
  ...currencyQuery,
})

const Performer = Type.Object({
  ...coin,
  return_pct: Type.Number({
    description: 'period_return of /analytics/volatility in percent, of the price in US dollars',
  }),
})

/** The best, worst and most volatile tracked coins over a period of closed days. Empty before the first analytics. */
export const MarketSummary = Type.Object({
  ...optionalCurrency,
  period_days: Type.Integer(),
  as_of: AsOf,
  market_cap: Nullable(Amount),
  top_performers: Type.Array(Performer, { maxItems: 5, description: 'highest return first, rising coins only' }),
  top_losers: Type.Array(Performer, { maxItems: 5, description: 'lowest return first, falling coins only' }),
  most_volatile: Type.Array(
    Type.Object({
      ...coin,
      volatility: Type.Number({ description: 'sample standard deviation of the daily returns in percent' }),
    }),
    { maxItems: 5 },
  ),
})
export type MarketSummary = Type.Static<typeof MarketSummary>

export const DominanceQuery = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 30, default: 7 }) })

/**
 * Shares of the market cap, oldest first: every hour up to 7 days, otherwise every 4 h. All points have the same coins:
 * the five largest of those that `/market/history` sums.
 */
export const Dominance = Type.Array(
  Type.Object({
    timestamp: Instant,
    coins: Type.Array(
      Type.Object({
        coingecko_id: Type.String(),
        symbol: Type.String({ description: 'upper case', examples: ['BTC'] }),
        name: Type.String(),
        dominance: Type.Number({ description: 'percent of the total market cap' }),
      }),
      { maxItems: 5, description: 'largest first, by the market cap of now' },
    ),
    others: Type.Number({ description: 'percent of the total market cap of all other coins' }),
    stablecoins: Type.Number({
      description: 'percent of the total market cap of all stablecoins, also of those in `coins` and `others`',
    }),
  }),
  { maxItems: 181 },
)
export type Dominance = Type.Static<typeof Dominance>

export const Categories = Type.Array(CoinKind, { description: 'values of the `category` filter of /coins' })

/** The kinds of coins with their totals, largest first. Coins without an accepted row for 24 h are left out. */
export const Sectors = Type.Array(
  Type.Object({
    category: CoinKind,
    coin_count: Type.Integer(),
    total_market_cap: Nullable(Amount),
    total_volume: Nullable(Type.Number({ description: 'traded in the last 24 h, in the currency of vs_currency' })),
    avg_change_24h: Nullable(
      Type.Number({
        description: "mean of the coins' 24h changes in percent; null where a rate of the currency is unknown",
      }),
    ),
    market_cap_change_24h_pct: Nullable(
      Type.Number({
        description: 'change over the same coins then and now in percent; null where a rate of the currency is unknown',
      }),
    ),
    leaders: Type.Array(Type.Object({ ...coin, price_change_24h_pct: Nullable(Pct) }), {
      maxItems: 3,
      description: 'the largest by market cap; changes are of prices in US dollars',
    }),
  }),
)
export type Sectors = Type.Static<typeof Sectors>

/** Return and risk of a coin over each period, in fractions. */
export const VolatilityHistory = Type.Object({
  coin_id: Type.Integer(),
  symbol: Type.String(),
  name: Type.String(),
  entries: Type.Array(RiskFigures),
})
export type VolatilityHistory = Type.Static<typeof VolatilityHistory>

export const SentimentQuery = Type.Object({
  days: Type.Integer({ minimum: 1, maximum: 90, default: 30, description: 'closed UTC days in the history' }),
})

const Value = Type.Integer({ minimum: 0, maximum: 100, description: '0: extreme fear, 100: extreme greed' })
const Classification = Type.Enum(sentimentClasses.map(({ name }) => name))

/**
 * Sentiment of the market from its own closes and volumes; no survey and no other source. Weighted mean of the parts,
 * rounded. Null without enough closes.
 */
export const Sentiment = Type.Object({
  value: Nullable(Value),
  value_classification: Nullable(Type.String({ description: sentimentClasses.map(({ name }) => name).join(', ') })),
  as_of: AsOf,
  coins: Type.Integer({ description: 'coins with enough closes on the last day' }),
  parts: Type.Array(
    Type.Object({
      name: Type.Enum(sentimentParts.map(({ name }) => name)),
      weight: Type.Number(),
      fear: Type.Number({ description: 'the observed value that scores 0' }),
      greed: Type.Number({ description: 'the observed value that scores 100' }),
      observed: Type.Number(),
      score: Type.Number({ minimum: 0, maximum: 100 }),
      description: Type.String(),
    }),
    { description: 'of the last day; empty without enough closes' },
  ),
  history: Type.Array(
    Type.Object({ timestamp: Instant, date: Day, value: Value, value_classification: Classification }),
    {
      description: `newest first; days without enough closes are left out. Each needs ${sentimentDays.longTerm} days of closes before it`,
    },
  ),
})
export type Sentiment = Type.Static<typeof Sentiment>

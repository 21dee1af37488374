import { Type } from 'typebox'
import { analyticsPeriods } from './lists.ts'
import { maxTargets } from './portfolio-lists.ts'
import { coinFields } from './portfolios.ts'
import { CoinIdText } from './queries.ts'
import { Nullable } from './units.ts'

const Weight = Type.Number({
  exclusiveMinimum: 0,
  maximum: 100,
  description: 'percent of the value of the portfolio',
  examples: [60],
})

/** Replaces all targets. */
export const NewTargets = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          coin_id: Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), CoinIdText], {
            description: 'numeric id or CoinGecko id',
            examples: [1],
          }),
          weight_pct: Weight,
        },
        { additionalProperties: false },
      ),
      { maxItems: maxTargets, description: 'each coin once; the sum is at most 100, and the rest is for cash' },
    ),
  },
  { additionalProperties: false },
)
export type NewTargets = Type.Static<typeof NewTargets>

/** What each coin should be worth, largest first. A coin that has none is to be sold. Empty: no targets. */
export const TargetList = Type.Object({ items: Type.Array(Type.Object({ ...coinFields, weight_pct: Weight })) })
export type TargetList = Type.Static<typeof TargetList>

export const HoldingsRiskQuery = Type.Object({
  period_days: Type.Integer({ enum: [...analyticsPeriods], default: 90, description: 'closed UTC days' }),
})

/**
 * Risk of what is held now, from the covariances of the daily returns: what a portfolio with the present shares would have
 * had. Null with too few days.
 */
export const HoldingsRisk = Type.Object({
  period_days: Type.Integer(),
  observations: Type.Integer({ description: 'days on which every coin of `positions` has a return' }),
  volatility_annualized: Nullable(Type.Number({ description: 'sqrt(w · covariances · w * 365), a fraction' })),
  value_at_risk_95: Nullable(
    Type.Number({
      description:
        'loss that a normal distribution reaches or passes on one day in 20: 1.645 * daily volatility, a fraction',
    }),
  ),
  correlation_btc: Nullable(Type.Number({ minimum: -1, maximum: 1 })),
  covered_pct: Type.Number({ description: 'share of the value in coins with enough closes' }),
  positions: Type.Array(
    Type.Object({
      ...coinFields,
      weight: Type.Number({ description: 'share of the value of `positions`, a fraction' }),
      risk_share: Nullable(
        Type.Number({ description: 'weight * covariance with the portfolio / its variance; all sum to 1' }),
      ),
    }),
    { description: 'coins with enough closes, largest first' },
  ),
  left_out: Type.Array(Type.Object(coinFields), { description: 'held coins with too few closes' }),
})
export type HoldingsRisk = Type.Static<typeof HoldingsRisk>

// Shapes of older clients: a holding is an open lot of the oldest portfolio.

import { Type } from 'typebox'
import { Amount, coinFields, Id, Note } from './portfolios.ts'
import { CoinIdText } from './queries.ts'
import { Instant, Nullable, Pct, Usd } from './units.ts'

export const ClassicSummary = Type.Object({
  total_value_usd: Usd,
  total_cost_basis_usd: Usd,
  total_pnl_usd: Usd,
  total_pnl_pct: Nullable(Pct),
  holdings_count: Type.Integer(),
  unique_coins: Type.Integer(),
})
export const ClassicHolding = Type.Object({
  id: Type.Integer({ description: 'id of the transaction that acquired it' }),
  ...coinFields,
  quantity: Type.Number(),
  buy_price_usd: Usd,
  cost_basis_usd: Usd,
  current_price_usd: Nullable(Usd),
  current_value_usd: Nullable(Usd),
  pnl_usd: Nullable(Usd),
  pnl_pct: Nullable(Pct),
  notes: Nullable(Type.String()),
  created_at: Instant,
  updated_at: Instant,
})
export type ClassicHolding = Type.Static<typeof ClassicHolding>
const classicAmounts = { quantity: Amount('units of the coin, above 0'), buy_price_usd: Amount('US dollars per unit') }
export const NewClassicHolding = Type.Object(
  {
    coin_id: Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), CoinIdText], { examples: [1] }),
    ...classicAmounts,
    notes: Type.Optional(Nullable(Note)),
  },
  { additionalProperties: false },
)
export type NewClassicHolding = Type.Static<typeof NewClassicHolding>
export const ClassicHoldingChange = Type.Object(
  {
    quantity: Type.Optional(classicAmounts.quantity),
    buy_price_usd: Type.Optional(classicAmounts.buy_price_usd),
    notes: Type.Optional(Nullable(Note)),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type ClassicHoldingChange = Type.Static<typeof ClassicHoldingChange>
export const HoldingParams = Type.Object({ holding_id: Id })

import { Type } from 'typebox'
import { currencyQuery } from './currencies.ts'
import { costMethods, transactionTypes } from './portfolio-lists.ts'
import { CoinIdText, Page, pageQuery, printable } from './queries.ts'
import { Instant, LogoUrl, Nullable, Pct, Usd } from './units.ts'

const exactly = { additionalProperties: false } as const

/** An id in a path. */
export const Id = Type.String({ pattern: '^[1-9]\\d{0,8}$', description: 'id', examples: ['1'] })
export const PortfolioParams = Type.Object({ portfolio_id: Id })
export const TransactionParams = Type.Object({ portfolio_id: Id, transaction_id: Id })
export const ShareParams = Type.Object({ portfolio_id: Id, share_id: Id })

const CostMethodSchema = Type.Enum([...costMethods], {
  description:
    'which lots a sale uses: the oldest, the newest, those of the highest unit cost, or a pool at average cost',
})

const TransactionTypeSchema = Type.Enum([...transactionTypes])

/** Digits of an amount. A number is read in its shortest decimal form, a text exactly. */
const decimalForm = '^\\d{1,20}(\\.\\d{1,30})?$'
const maxAmount = 1e20
export const Amount = (description: string) =>
  Type.Union([Type.Number({ minimum: 0, maximum: maxAmount }), Type.String({ pattern: decimalForm })], {
    description: `${description}; a number, or a text of digits to keep more than 15 of them`,
    examples: [1.5],
  })

const name = Type.String({ minLength: 1, maxLength: 100, pattern: printable, examples: ['Main'] })
export const Note = Type.String({ maxLength: 1000, pattern: printable, examples: ['monthly plan'] })

export const NewPortfolio = Type.Object({ name, cost_method: Type.Optional(CostMethodSchema) }, exactly)
export type NewPortfolio = Type.Static<typeof NewPortfolio>

export const PortfolioChange = Type.Object(
  { name: Type.Optional(name), cost_method: Type.Optional(CostMethodSchema) },
  { ...exactly, minProperties: 1 },
)
export type PortfolioChange = Type.Static<typeof PortfolioChange>

export const Portfolio = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  cost_method: CostMethodSchema,
  transactions: Type.Integer({ description: 'number of its transactions' }),
  created_at: Instant,
  updated_at: Instant,
})
export type Portfolio = Type.Static<typeof Portfolio>

/** The portfolios of an account, oldest first. The first one is that of the `/portfolio` paths of older clients. */
export const PortfolioList = Type.Object({ items: Type.Array(Portfolio) })
export type PortfolioList = Type.Static<typeof PortfolioList>

/** A transaction as it is sent. The value is `total_usd`, or `price_usd` times `quantity`, or else the market's. */
export const TransactionBody = Type.Object(
  {
    type: TransactionTypeSchema,
    coin_id: Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), CoinIdText], {
      description: 'numeric id or CoinGecko id',
      examples: [1],
    }),
    at: Instant,
    quantity: Amount('units of the coin, above 0'),
    price_usd: Type.Optional(Amount('US dollars per unit')),
    total_usd: Type.Optional(Amount('US dollars for all units, before the fee')),
    fee_quantity: Type.Optional(Amount('the fee, in US dollars or in fee_coin_id')),
    fee_coin_id: Type.Optional(
      Type.Unsafe<number | string | null>({
        anyOf: [{ type: 'integer', minimum: 1, maximum: 2_147_483_647 }, CoinIdText, { type: 'null' }],
        description: 'the coin of the fee; null or absent: US dollars',
        examples: [null],
      }),
    ),
    note: Type.Optional(Nullable(Note)),
  },
  exactly,
)
export type TransactionBody = Type.Static<typeof TransactionBody>

export const coinFields = {
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
}

export const Transaction = Type.Object({
  id: Type.Integer(),
  type: TransactionTypeSchema,
  ...coinFields,
  at: Instant,
  quantity: Type.Number(),
  price_usd: Usd,
  total_usd: Type.Number({ description: 'US dollars before the fee' }),
  fee_usd: Usd,
  fee_quantity: Nullable(Type.Number({ description: 'units of fee_symbol; null: the fee is in US dollars' })),
  fee_coin_id: Nullable(Type.Integer()),
  fee_symbol: Nullable(Type.String()),
  note: Nullable(Type.String()),
  source: Nullable(Type.String({ description: 'format of the file that it was imported from' })),
  created_at: Instant,
})
export type Transaction = Type.Static<typeof Transaction>

export const TransactionQuery = Type.Object({ ...pageQuery })

/** Newest first. */
export const TransactionList = Page(Transaction)
export type TransactionList = Type.Static<typeof TransactionList>

export const MethodQuery = Type.Object({
  cost_method: Type.Optional(CostMethodSchema),
  ...currencyQuery,
})

/** For figures of a portfolio: absent in US dollars. Each amount is converted at the rate of its own day. */
export const portfolioCurrency = {
  currency: Type.Optional(
    Type.Object(
      {
        code: Type.String({ examples: ['eur'] }),
        usd_rate: Type.Number({ description: 'US dollars per unit of the currency, now' }),
      },
      { description: 'the currency of the amounts; absent: US dollars' },
    ),
  ),
}

/** A coin of a portfolio. Amounts in US dollars. Null where the coin has no price. */
export const PositionView = Type.Object({
  ...coinFields,
  quantity: Type.Number(),
  cost_usd: Type.Number({ description: 'cost of what is held' }),
  average_cost_usd: Nullable(Type.Number({ description: 'per unit' })),
  price_usd: Nullable(Usd),
  price_change_24h_pct: Nullable(Pct),
  value_usd: Nullable(Usd),
  unrealized_usd: Nullable(Usd),
  unrealized_pct: Nullable(Pct),
  realized_usd: Usd,
  income_usd: Type.Number({ description: 'rewards and airdrops at their value when received' }),
  fees_usd: Usd,
  profit_usd: Nullable(Type.Number({ description: 'realized + unrealized + income - fees that are in no cost' })),
  weight_pct: Nullable(Type.Number({ description: 'share of the value; all sum to 100' })),
})
export type PositionView = Type.Static<typeof PositionView>

const Totals = Type.Object({
  value_usd: Usd,
  cost_usd: Usd,
  unrealized_usd: Usd,
  unrealized_pct: Nullable(Pct),
  realized_usd: Usd,
  income_usd: Usd,
  fees_usd: Usd,
  profit_usd: Usd,
})

/** Holdings and profit. `positions` also has coins that were sold; the totals are the sums of the priced positions. */
export const PortfolioSummary = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  cost_method: CostMethodSchema,
  as_of: Nullable(Type.String({ format: 'date-time', description: 'time of the latest prices' })),
  totals: Totals,
  positions: Type.Array(PositionView),
  warnings: Type.Array(Type.String({ description: 'what makes the figures incomplete, and what to do' })),
  ...portfolioCurrency,
})
export type PortfolioSummary = Type.Static<typeof PortfolioSummary>

export const LotList = Type.Object({
  ...portfolioCurrency,
  cost_method: CostMethodSchema,
  lots: Type.Array(
    Type.Object({
      ...coinFields,
      transaction_id: Type.Integer(),
      acquired_at: Instant,
      quantity: Type.Number(),
      cost_usd: Usd,
    }),
    { description: 'open lots, oldest first' },
  ),
  disposals: Type.Array(
    Type.Object({
      ...coinFields,
      transaction_id: Type.Integer(),
      at: Instant,
      reason: Type.Enum(['sell', 'transfer_out', 'fee']),
      quantity: Type.Number(),
      proceeds_usd: Usd,
      cost_usd: Usd,
      gain_usd: Usd,
      uncovered_quantity: Type.Number({ description: 'units beyond what was held; their cost counts as 0' }),
      lots: Type.Array(
        Type.Object({ transaction_id: Type.Integer(), acquired_at: Instant, quantity: Type.Number(), cost_usd: Usd }),
      ),
    }),
    { description: 'the newest 1,000, newest first' },
  ),
})
export type LotList = Type.Static<typeof LotList>

export const NewShare = Type.Object(
  { hides_amounts: Type.Boolean({ description: 'true: only shares and returns in percent are shown' }) },
  exactly,
)

const share = {
  id: Type.Integer(),
  hides_amounts: Type.Boolean(),
  created_at: Instant,
}
export const ShareList = Type.Object({ items: Type.Array(Type.Object(share)) })
export type ShareList = Type.Static<typeof ShareList>

/** A new link. The token is shown only here. */
export const ShareCreated = Type.Object({
  ...share,
  token: Type.String({ description: 'opaque, 43 characters' }),
  path: Type.String({ description: 'page that shows the portfolio' }),
})
export type ShareCreated = Type.Static<typeof ShareCreated>

export const ShareTokenParams = Type.Object({
  token: Type.String({
    pattern: '^[A-Za-z0-9_-]{43}$',
    description: 'token of a share link',
    examples: ['mVdqO3oBNkqQ0mYcV0X3bq8J5wFhT1uZsG7iR2eLxPA'],
  }),
})

/** A portfolio as its link shows it. Amounts and quantities are null when the link hides them. */
export const SharedPortfolio = Type.Object({
  name: Type.String(),
  as_of: Nullable(Type.String({ format: 'date-time', description: 'time of the latest prices' })),
  hides_amounts: Type.Boolean(),
  value_usd: Nullable(Usd),
  profit_usd: Nullable(Usd),
  unrealized_pct: Nullable(Pct),
  time_weighted_return: Nullable(Type.Number({ description: 'since the first transaction, a fraction' })),
  positions: Type.Array(
    Type.Object({
      ...coinFields,
      quantity: Nullable(Type.Number()),
      value_usd: Nullable(Usd),
      price_usd: Nullable(Usd),
      unrealized_pct: Nullable(Pct),
      weight_pct: Nullable(Pct),
    }),
  ),
})
export type SharedPortfolio = Type.Static<typeof SharedPortfolio>

const Exact = Type.String({ description: 'exact decimal' })

/** A portfolio with its transactions, amounts exact. */
export const PortfolioExport = Type.Object({
  name: Type.String(),
  cost_method: CostMethodSchema,
  transactions: Type.Array(
    Type.Object({
      at: Instant,
      type: TransactionTypeSchema,
      symbol: Type.String(),
      coingecko_id: Type.String(),
      quantity: Exact,
      total_usd: Exact,
      fee_quantity: Nullable(Exact),
      fee_symbol: Nullable(Type.String()),
      fee_usd: Exact,
      note: Nullable(Type.String()),
    }),
    { description: 'oldest first' },
  ),
})
export type PortfolioExport = Type.Static<typeof PortfolioExport>

import { type TSchema, Type } from 'typebox'
import { printable } from './queries.ts'
import { Nullable } from './units.ts'

// The parts that the schemas of /api/v3, the CoinGecko-compatible API, share.

/** An error: `error` for an unknown coin or an invalid parameter, `status` for everything else. */
export const CoingeckoError = Type.Unsafe<
  { error: string } | { status: { timestamp: string; error_code: number; error_message: string } }
>({
  anyOf: [
    {
      type: 'object',
      properties: { error: { type: 'string', examples: ['coin not found'] } },
      required: ['error'],
    },
    {
      type: 'object',
      properties: {
        status: {
          type: 'object',
          properties: {
            timestamp: { type: 'string', format: 'date-time' },
            error_code: { type: 'integer', description: 'the HTTP status' },
            error_message: { type: 'string' },
          },
          required: ['timestamp', 'error_code', 'error_message'],
        },
      },
      required: ['status'],
    },
  ],
  description: 'CoinGecko envelope: `{error}` for 404 and 422, `{status}` for other statuses',
})

export type CoingeckoError = Type.Static<typeof CoingeckoError>

/** The documented responses of a route. */
export const answers = <T extends TSchema>(schema: T) => ({ 200: schema, default: CoingeckoError })

export const CoingeckoParams = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: printable,
    description: 'CoinGecko id',
    examples: ['bitcoin'],
  }),
})

const text = (description: string, example: string) =>
  Type.String({ maxLength: 8000, pattern: printable, description, examples: [example] })

export const VsCurrency = text('target currency, one of /simple/supported_vs_currencies', 'usd')
export const VsCurrencies = text('target currencies, comma-separated', 'usd')

/** Which coins: `ids` win over `names`, and these over `symbols`. */
export const coinLookup = {
  ids: Type.Optional(text('CoinGecko ids, comma-separated', 'bitcoin,ethereum')),
  names: Type.Optional(text('names, comma-separated', 'Bitcoin')),
  symbols: Type.Optional(text('symbols, comma-separated', 'btc')),
  include_tokens: Type.Optional(
    Type.Enum(['top', 'all'], {
      description: 'with symbols: the largest coin of each symbol (default), or all of them',
    }),
  ),
}

export const flag = (description: string) => Type.Optional(Type.Boolean({ description, examples: [true] }))

const decimals = Array.from({ length: 19 }, (_, places) => String(places))

export const Precision = Type.Optional(
  Type.Enum(['full', ...decimals], { description: 'decimal places of prices (default: full)' }),
)

export const maybe = Nullable(Type.Number())
export const maybeText = Nullable(Type.String())
export const maybeInteger = Nullable(Type.Integer())

/** Numbers by currency or symbol. */
export const Numbers = Type.Unsafe<Record<string, number>>({
  type: 'object',
  additionalProperties: { type: 'number' },
})
export type Numbers = Type.Static<typeof Numbers>

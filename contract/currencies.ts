import { Type } from 'typebox'
import { hourMs } from './time.ts'
import { Instant, Nullable } from './units.ts'

/** The currency of every amount by default. */
export const defaultCurrency = 'usd'

/** How old a rate may be at the moment that is shown. Daily points have rates too. */
export const maxRateAgeMs = 24 * hourMs

/** The currency of the amounts in a response. */
export const currencyQuery = {
  vs_currency: Type.String({
    pattern: '^[a-zA-Z0-9-]{2,20}$',
    default: defaultCurrency,
    description: 'currency of the amounts: a code of /currencies',
    examples: ['usd'],
  }),
}
export const CurrencyQuery = Type.Object(currencyQuery)
export type CurrencyQuery = Type.Static<typeof CurrencyQuery>

const perUnit = 'US dollars per unit of the currency'
const UsdRate = Type.Number({ description: perUnit })

const ChangeCurrency = Type.String({
  description: 'the currency whose change it is: usd where the rate at the start of the window is unknown',
  examples: ['eur'],
})

/** The currency of a response in another currency than US dollars. */
export const ResponseCurrency = Type.Object({
  code: Type.String({ examples: ['eur'] }),
  usd_rate: Nullable(
    Type.Number({ description: `${perUnit}, at the newest moment shown; null: no rate, so no amounts` }),
  ),
  rate_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'when this rate was observed: up to 24 h before the moment shown',
    }),
  ),
  change_currency: Type.Object({
    '1h': ChangeCurrency,
    '24h': ChangeCurrency,
    '7d': ChangeCurrency,
    '30d': ChangeCurrency,
    '1y': ChangeCurrency,
  }),
})
export type ResponseCurrency = Type.Static<typeof ResponseCurrency>

/** For responses: absent in US dollars. */
export const optionalCurrency = { currency: Type.Optional(ResponseCurrency) }

/** The price in the currency of the response; absent in US dollars. */
export const optionalPrice = {
  price: Type.Optional(
    Nullable(Type.Number({ description: 'in the currency of vs_currency; absent in US dollars; null: no rate' })),
  ),
}

export const currencyTypes = ['fiat', 'crypto', 'commodity'] as const
export type CurrencyType = (typeof currencyTypes)[number]

const RateChange = Nullable(Type.Number({ description: 'change of usd_rate in percent; null where a rate is unknown' }))

/** A currency with its rate at the newest snapshot, from CoinGecko or the price of its coin. */
const Currency = Type.Object({
  code: Type.String({ examples: ['eur'] }),
  name: Type.String({ examples: ['Euro'] }),
  unit: Type.String({ description: 'symbol or code', examples: ['€'] }),
  type: Type.Enum([...currencyTypes]),
  usd_rate: Nullable(UsdRate),
  rate_at: Nullable(Instant),
  usd_rate_change_1h_pct: RateChange,
  usd_rate_change_24h_pct: RateChange,
  usd_rate_change_7d_pct: RateChange,
  usd_rate_change_30d_pct: RateChange,
  usd_rate_change_1y_pct: RateChange,
})
export type Currency = Type.Static<typeof Currency>

export const CurrencyList = Type.Array(Currency)
export type CurrencyList = Type.Static<typeof CurrencyList>

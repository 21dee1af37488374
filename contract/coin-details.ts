import { Type } from 'typebox'
import { Instant, Nullable, Usd } from './units.ts'

const CoinPageLink = Type.Object({ label: Type.String(), url: Type.String() })

const CoinMarket = Type.Object({
  exchange: Type.String(),
  pair: Type.String({ examples: ['BTC/USDT'] }),
  price_usd: Nullable(Usd),
  volume_usd: Nullable(Type.Number({ description: 'US dollars traded in the last 24 h' })),
  url: Nullable(Type.String()),
})
export type CoinMarket = Type.Static<typeof CoinMarket>

/**
 * What CoinGecko tells about a coin: fetched when first asked for, kept for a week. `fetched_at` is null while it is not
 * known: ask again in a minute.
 */
export const CoinDetails = Type.Object({
  coin_id: Type.Integer(),
  description: Nullable(Type.String({ description: 'plain text; paragraphs are separated by an empty line' })),
  links: Type.Array(CoinPageLink),
  categories: Type.Array(Type.String()),
  markets: Type.Array(CoinMarket, { description: 'up to 20 markets, largest volume first' }),
  fetched_at: Nullable(Instant),
})
export type CoinDetails = Type.Static<typeof CoinDetails>

import { Type } from 'typebox'
import { maybe, maybeInteger, Numbers } from './coingecko.ts'
import { printable } from './queries.ts'

export const SearchQuery = Type.Object({
  query: Type.String({
    maxLength: 100,
    pattern: printable,
    description: 'part of a name, symbol or CoinGecko id',
    examples: ['bit'],
  }),
})

const Category = Type.Object({ id: Type.String(), name: Type.String() })

/** The coins that match, largest first. The warehouse has no exchanges, ICOs and NFTs. */
export const SearchResult = Type.Object({
  coins: Type.Array(
    Type.Object({
      id: Type.String({ examples: ['bitcoin'] }),
      name: Type.String(),
      api_symbol: Type.String({ description: 'the id' }),
      symbol: Type.String({ description: 'upper case', examples: ['BTC'] }),
      market_cap_rank: maybeInteger,
      thumb: Type.String(),
      large: Type.String(),
    }),
  ),
  exchanges: Type.Array(Type.Object({})),
  icos: Type.Array(Type.Object({})),
  categories: Type.Array(Category),
  nfts: Type.Array(Type.Object({})),
})
export type SearchResult = Type.Static<typeof SearchResult>

/** Totals over the tracked coins. ICOs and exchanges are not in the warehouse: their counts are 0. */
export const Global = Type.Object({
  data: Type.Object({
    active_cryptocurrencies: Type.Integer({ description: 'coins in the totals' }),
    upcoming_icos: Type.Integer({ description: '0: unknown' }),
    ongoing_icos: Type.Integer({ description: '0: unknown' }),
    ended_icos: Type.Integer({ description: '0: unknown' }),
    markets: Type.Integer({ description: '0: unknown' }),
    total_market_cap: Numbers,
    total_volume: Numbers,
    market_cap_percentage: Numbers,
    market_cap_change_percentage_24h_usd: maybe,
    volume_change_percentage_24h_usd: maybe,
    updated_at: Type.Integer({ description: 'seconds since 1970' }),
  }),
})
export type Global = Type.Static<typeof Global>

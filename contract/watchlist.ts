import { Type } from 'typebox'
import { maxWatched } from './lists.ts'
import { CoinIdText } from './queries.ts'
import { Instant, LogoUrl, Nullable } from './units.ts'

const coin = {
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
}

const Successor = Type.Object({ ...coin, is_tracked: Type.Boolean() })

/** The watchlist of an account in its order, including retired coins. `coin_ids` repeats the ids for older clients. */
export const Watchlist = Type.Object({
  coin_ids: Type.Array(Type.Integer()),
  items: Type.Array(
    Type.Object({
      ...coin,
      added_at: Instant,
      is_tracked: Type.Boolean({ description: 'false: no longer tracked' }),
      last_seen_at: Nullable(
        Type.String({ format: 'date-time', description: 'when it was last tracked; null while tracked' }),
      ),
      successor: Type.Unsafe<Type.Static<typeof Successor> | null>({
        anyOf: [{ type: 'null' }, Successor],
        description: 'the same coin under a new id of the source, if known',
      }),
    }),
  ),
})
export type Watchlist = Type.Static<typeof Watchlist>

/** These coins come first, in this order; the others keep their order. */
export const WatchlistOrder = Type.Object(
  {
    coins: Type.Array(Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), CoinIdText]), {
      minItems: 1,
      maxItems: maxWatched,
      description: 'numeric ids or CoinGecko ids',
    }),
  },
  { additionalProperties: false },
)
export type WatchlistOrder = Type.Static<typeof WatchlistOrder>

/** Coins to add to the watchlist, in this order, such as those of a device without an account. */
export const WatchlistMerge = Type.Object(
  {
    coins: Type.Array(CoinIdText, { minItems: 1, maxItems: maxWatched, description: 'CoinGecko ids' }),
  },
  { additionalProperties: false },
)

const Ids = (description: string) => Type.Array(Type.String(), { description: `CoinGecko ids: ${description}` })

/** What became of each coin. */
export const WatchlistMerged = Type.Object({
  added: Ids('added now'),
  present: Ids('on the watchlist before'),
  full: Ids(`not added, because the watchlist is full (${maxWatched} coins)`),
  unknown: Ids('not in this warehouse'),
})
export type WatchlistMerged = Type.Static<typeof WatchlistMerged>

export const WatchlistAdded = Type.Object({ message: Type.String(), coin_id: Type.Integer() })

import { Type } from 'typebox'
import { CoinIdText } from './queries.ts'
import { Instant, LogoUrl, Nullable } from './units.ts'

export const maxWatched = 500

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

export const WatchlistAdded = Type.Object({ message: Type.String(), coin_id: Type.Integer() })

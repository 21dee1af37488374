import { Type } from 'typebox'
import { Instant, Nullable } from './units.ts'

export const maxWatched = 500

const coin = {
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
}

const Successor = Type.Object({ ...coin, is_tracked: Type.Boolean() })

/**
 * The coins that an account watches, in its own order; those that left the tracked universe stay. `coin_ids` repeats the
 * ids for older clients.
 */
export const Watchlist = Type.Object({
  coin_ids: Type.Array(Type.Integer()),
  items: Type.Array(
    Type.Object({
      ...coin,
      added_at: Instant,
      is_tracked: Type.Boolean({ description: 'false: it left the tracked universe' }),
      last_seen_at: Nullable(
        Type.String({ format: 'date-time', description: 'when it left the tracked universe; null while tracked' }),
      ),
      successor: Type.Unsafe<Type.Static<typeof Successor> | null>({
        anyOf: [{ type: 'null' }, Successor],
        description: 'the coin that took its place, where known: the source lists it under a new id',
      }),
    }),
  ),
})
export type Watchlist = Type.Static<typeof Watchlist>

/** The coins named here come first, in this order; the others follow in the order that they had. */
export const WatchlistOrder = Type.Object(
  {
    coins: Type.Array(
      Type.Union([
        Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
        Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }),
      ]),
      { minItems: 1, maxItems: maxWatched, description: 'numeric ids or CoinGecko ids' },
    ),
  },
  { additionalProperties: false },
)
export type WatchlistOrder = Type.Static<typeof WatchlistOrder>

export const WatchlistAdded = Type.Object({ message: Type.String(), coin_id: Type.Integer() })

import { Type } from 'typebox'
import { Nullable } from './units.ts'

/** Latest price in USD of each coin, keyed by CoinGecko id. */
export const Prices = Type.Record(Type.String(), Type.Number())
export type Prices = Type.Static<typeof Prices>

/** Values are absolute: a gap in `seq` needs nothing but the next snapshot. `ts` is the server's clock in ms. */
export const PriceUpdate = Type.Object({
  type: Type.Literal('price_update'),
  snapshot: Type.Optional(Type.Boolean({ description: 'true: every known price; absent: changed prices only' })),
  seq: Type.Integer(),
  ts: Type.Integer(),
  prices: Prices,
})
export type PriceUpdate = Type.Static<typeof PriceUpdate>

/** Sent after 15 s without a price frame, so that a reader can tell silence from a dead line. */
export const Heartbeat = Type.Object({
  type: Type.Literal('heartbeat'),
  seq: Type.Integer(),
  ts: Type.Integer(),
})
export type Heartbeat = Type.Static<typeof Heartbeat>

/** Sent on connect and when the feed changes or goes stale. `price_age_ms` is null before the first price. */
export const LiveStatus = Type.Object({
  type: Type.Literal('status'),
  source: Nullable(Type.String({ description: 'the feed in use; null: no feed' })),
  stale: Type.Boolean({ description: 'true: no price has arrived for 30 s' }),
  price_age_ms: Nullable(Type.Integer()),
})
export type LiveStatus = Type.Static<typeof LiveStatus>

export type ServerFrame = PriceUpdate | Heartbeat | LiveStatus

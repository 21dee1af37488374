import { Type } from 'typebox'
import { ClockReport } from './clock.ts'
import { Instant, Nullable } from './units.ts'

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

const stale = 'true: no price has come for 30 s, or nothing has been heard of the producer of prices for 5 s'

/**
 * Sent on connect, when the feed changes or goes stale, after prices whose newest is over 5 s old, and after 5 s without
 * a frame when prices came meanwhile of coins that are not subscribed to.
 * `price_age_ms` is null before the first price.
 */
export const LiveStatus = Type.Object({
  type: Type.Literal('status'),
  source: Nullable(Type.String({ description: 'the feed in use; null: no feed' })),
  stale: Type.Boolean({ description: stale }),
  price_age_ms: Nullable(Type.Integer({ description: 'age of the newest streamed price' })),
})
export type LiveStatus = Type.Static<typeof LiveStatus>

const coins = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 1000 })

/**
 * What a reader may send; none is needed. It begins with every coin: the first `subscribe` narrows that to the coins
 * named, later ones add, `unsubscribe` takes away. A snapshot of what is subscribed to then is the answer, one for those
 * that come within 250 ms; `ping` is answered with a heartbeat. Ids are CoinGecko's; one that nobody tracks brings nothing.
 */
export const ClientFrame = Type.Union([
  Type.Object({ type: Type.Literal('subscribe'), coins }),
  Type.Object({ type: Type.Literal('unsubscribe'), coins }),
  Type.Object({ type: Type.Literal('ping') }),
])
export type ClientFrame = Type.Static<typeof ClientFrame>

/** Why a price of an upstream is not believed. */
const refusals = ['garbage', 'older', 'equal', 'future', 'jump', 'no_rate', 'clock'] as const
export type Refusal = (typeof refusals)[number]

/**
 * How one feed of prices is. `off`: a better one is in use; `waiting`: it failed and is tried again at `retry_at`;
 * `resting`: it failed too often or refuses us, and is left alone until `retry_at`; `good`: prices come.
 */
export const FeedReport = Type.Object({
  source: Type.String(),
  state: Type.Enum(['off', 'connecting', 'good', 'waiting', 'resting']),
  problem: Nullable(Type.String({ description: 'why it was lost last; null while it is good' })),
  retry_at: Nullable(Instant),
  last_tick_at: Nullable(Instant),
  failures: Type.Integer({ description: 'connections lost since the start' }),
  ticks: Type.Integer({ description: 'prices taken since the start' }),
  refused: Type.Record(Type.Enum([...refusals]), Type.Integer(), {
    description: 'prices not believed since the start, by reason',
  }),
})
export type FeedReport = Type.Static<typeof FeedReport>

/**
 * How the price stream of this process is, and the feeds of whichever process produces the prices. `active_connections`
 * to `consumer_connected` are what older clients read.
 */
export const StreamReport = Type.Object({
  active_connections: Type.Integer({ description: 'the same as `clients`' }),
  messages_per_minute: Type.Integer({
    description: 'messages with changed prices over the last 60 s, however many clients got them',
  }),
  seconds_since_broadcast: Nullable(Type.Number({ description: 'since the last of them; null: none yet' })),
  consumer_connected: Type.Boolean({
    description: 'true: the producer of prices has been heard of within the last 5 s',
  }),
  clients: Type.Integer({ description: 'readers of the stream, over WebSocket and server-sent events' }),
  frames_per_second: Type.Number({ description: 'handed to readers, over the last 10 s' }),
  source: Nullable(Type.String({ description: 'the feed in use; null: no feed' })),
  stale: Type.Boolean({ description: stale }),
  last_price_at: Nullable(Instant),
  price_age_ms: Nullable(Type.Integer()),
  feeds: Type.Array(FeedReport, { description: 'in order of preference' }),
  clock: ClockReport,
})
export type StreamReport = Type.Static<typeof StreamReport>

export const StreamQuery = Type.Object({
  coins: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4000, description: 'CoinGecko ids, comma-separated; absent: every coin' }),
  ),
})

export type ServerFrame = PriceUpdate | Heartbeat | LiveStatus

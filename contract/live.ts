import { Type } from 'typebox'
import { ClockReport } from './clock.ts'
import { Instant, Nullable } from './units.ts'

/** Latest prices in USD by CoinGecko id. */
export const Prices = Type.Record(Type.String(), Type.Number())
export type Prices = Type.Static<typeof Prices>

/** Prices are absolute, so clients need no replay after a gap in `seq`. `ts`: server time in ms since 1970. */
export const PriceUpdate = Type.Object({
  type: Type.Literal('price_update'),
  snapshot: Type.Optional(Type.Boolean({ description: 'true: every known price; absent: changed prices only' })),
  seq: Type.Integer(),
  ts: Type.Integer(),
  prices: Prices,
})
export type PriceUpdate = Type.Static<typeof PriceUpdate>

/** Sent after 15 s without prices, so clients can detect a dead connection. */
export const Heartbeat = Type.Object({
  type: Type.Literal('heartbeat'),
  seq: Type.Integer(),
  ts: Type.Integer(),
})
export type Heartbeat = Type.Static<typeof Heartbeat>

const stale = 'true: no price for 30 s, or no message from the price producer for 5 s'

/**
 * Sent on connect, when the source changes or goes stale, after prices older than 5 s, and after 5 s without a message
 * while other coins had prices. `price_age_ms` is null before the first price.
 */
export const LiveStatus = Type.Object({
  type: Type.Literal('status'),
  source: Nullable(Type.String({ description: 'the source in use; null: none' })),
  stale: Type.Boolean({ description: stale }),
  price_age_ms: Nullable(Type.Integer({ description: 'age of the newest streamed price' })),
})
export type LiveStatus = Type.Static<typeof LiveStatus>

const coins = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 1000 })

/**
 * Optional client messages. A client starts with every coin: the first `subscribe` narrows that to the given coins,
 * later ones add, `unsubscribe` removes. The server responds with a snapshot of the subscribed coins, up to one per 250
 * ms, and to `ping` with a heartbeat. Ids are CoinGecko ids; untracked ones are ignored.
 */
export const ClientFrame = Type.Union([
  Type.Object({ type: Type.Literal('subscribe'), coins }),
  Type.Object({ type: Type.Literal('unsubscribe'), coins }),
  Type.Object({ type: Type.Literal('ping') }),
])
export type ClientFrame = Type.Static<typeof ClientFrame>

/** Why a streamed price was rejected. */
const refusals = ['garbage', 'older', 'equal', 'future', 'jump', 'no_rate', 'clock'] as const
export type Refusal = (typeof refusals)[number]

/**
 * The state of one price source. `off`: a preferred one is in use; `waiting`: failed, retried at `retry_at`; `resting`:
 * paused after errors until `retry_at`; `good`: sends prices.
 */
export const FeedReport = Type.Object({
  source: Type.String(),
  state: Type.Enum(['off', 'connecting', 'good', 'waiting', 'resting']),
  problem: Nullable(Type.String({ description: 'the last error; null while good' })),
  retry_at: Nullable(Instant),
  last_tick_at: Nullable(Instant),
  failures: Type.Integer({ description: 'connections lost since startup' }),
  ticks: Type.Integer({ description: 'prices accepted since startup' }),
  refused: Type.Record(Type.Enum([...refusals]), Type.Integer(), {
    description: 'prices rejected since startup, by reason',
  }),
})
export type FeedReport = Type.Static<typeof FeedReport>

/**
 * The price stream of this process, and the sources of the process that produces the prices. `active_connections` to
 * `consumer_connected` are for older clients.
 */
export const StreamReport = Type.Object({
  active_connections: Type.Integer({ description: 'the same as `clients`' }),
  messages_per_minute: Type.Integer({
    description: 'messages with changed prices in the last 60 s, regardless of the number of clients',
  }),
  seconds_since_broadcast: Nullable(Type.Number({ description: 'since the last of these messages; null: none yet' })),
  consumer_connected: Type.Boolean({
    description: 'true: the price producer sent a message in the last 5 s',
  }),
  clients: Type.Integer({ description: 'clients of the stream, over WebSocket and server-sent events' }),
  frames_per_second: Type.Number({ description: 'messages sent to clients per second, over the last 10 s' }),
  source: Nullable(Type.String({ description: 'the source in use; null: none' })),
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

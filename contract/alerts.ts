import { Type } from 'typebox'
import { AlertCoin, ConditionSchema, GivenConditionSchema, ThresholdPrice } from './alert-conditions.ts'
import { alertStates, maxAlertChannels, maxAlertNote, maxCoolDownMinutes, minCoolDownMinutes } from './alert-lists.ts'
import { Id } from './portfolios.ts'
import { Page, pageQuery, printable } from './queries.ts'
import { Instant, LogoUrl, Nullable, Usd } from './units.ts'

const exactly = { additionalProperties: false } as const

const Once = Type.Object({ type: Type.Literal('once') }, exactly)
const CoolDown = Type.Object(
  {
    type: Type.Literal('cool_down'),
    minutes: Type.Integer({
      minimum: minCoolDownMinutes,
      maximum: maxCoolDownMinutes,
      description: 'at most one trigger in so many minutes, while the condition is true',
    }),
  },
  exactly,
)
const Rearm = Type.Object(
  {
    type: Type.Literal('rearm'),
    margin: Type.Number({
      minimum: 0,
      maximum: 1e9,
      description:
        'the condition must be false by so much before it can trigger again: percent of the price or multiple, points ' +
        'of a percentage or RSI, US dollars of a portfolio, minutes of age',
    }),
  },
  exactly,
)

/** What happens after a trigger. */
const Repeat = Type.Union([Once, CoolDown, Rearm])
export type Repeat = Type.Static<typeof Repeat>

const channel_ids = Type.Array(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), {
  maxItems: maxAlertChannels,
  uniqueItems: true,
  description: 'notification channels, besides the app',
  examples: [[]],
})
const note = Nullable(Type.String({ maxLength: maxAlertNote, pattern: printable, examples: ['take profit'] }))
const until = (description: string) => Nullable(Type.String({ format: 'date-time', description, examples: [null] }))

const options = {
  repeat: Type.Optional(Repeat),
  note: Type.Optional(note),
  channel_ids: Type.Optional(channel_ids),
  is_active: Type.Optional(Type.Boolean({ description: 'false: off' })),
  expires_at: Type.Optional(until('the alert ends then; null: never')),
  snoozed_until: Type.Optional(until('the alert does not trigger before; null: not snoozed')),
}

const classic = {
  coin_id: Type.Optional(AlertCoin),
  target_price: Type.Optional(ThresholdPrice),
  direction: Type.Optional(Type.Enum(['above', 'below'])),
}

/** A new alert, with a `condition`, or with the fields of older clients. */
export const NewAlert = Type.Object(
  { condition: Type.Optional(GivenConditionSchema), ...options, ...classic },
  {
    ...exactly,
    description: 'Give a condition. Older clients give coin_id, target_price and direction instead.',
    examples: [{ condition: { type: 'price', coin_id: 1, direction: 'above', price_usd: 70_000 } }],
  },
)
export type NewAlert = Type.Static<typeof NewAlert>

/** A change of an alert. A new condition or repetition arms it again, and so does `is_active: true` after a trigger. */
export const AlertChange = Type.Object(
  { condition: Type.Optional(GivenConditionSchema), ...options },
  { ...exactly, minProperties: 1, examples: [{ note: 'take profit' }] },
)
export type AlertChange = Type.Static<typeof AlertChange>

/** A change by an older client. */
export const ClassicAlertChange = Type.Object(
  { target_price: classic.target_price, direction: classic.direction },
  { ...exactly, minProperties: 1, examples: [{ target_price: 70_000 }] },
)
export type ClassicAlertChange = Type.Static<typeof ClassicAlertChange>

export const AlertSnooze = Type.Object({ until: until('null: ends the snooze') }, exactly)

const Direction = Type.Unsafe<'above' | 'below' | null>({
  anyOf: [{ type: 'string', enum: ['above', 'below'] }, { type: 'null' }],
  description: 'for older clients',
})

const alert = {
  id: Type.Integer(),
  condition: ConditionSchema,
  description: Type.String({ description: 'the condition in words', examples: ['Bitcoin price at or above $70,000'] }),
  repeat: Repeat,
  note: Nullable(Type.String()),
  channel_ids,
  is_active: Type.Boolean(),
  state: Type.Enum([...alertStates]),
  expires_at: Nullable(Instant),
  snoozed_until: Nullable(Instant),
  coin_id: Nullable(Type.Integer({ description: 'null: the condition is about no coin' })),
  coingecko_id: Nullable(Type.String()),
  symbol: Type.String({ description: 'empty without a coin' }),
  name: Type.String({ description: 'of the coin; without one, the condition in words' }),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
  price_usd: Nullable(Type.Number({ description: 'of the last snapshot, in US dollars' })),
  target_price: Nullable(Usd),
  direction: Direction,
  triggered: Type.Boolean({ description: 'for older clients: triggered and not armed again' }),
  trigger_count: Type.Integer(),
  created_at: Instant,
  updated_at: Instant,
  triggered_at: Nullable(Type.String({ format: 'date-time', description: 'the last trigger' })),
}
export const Alert = Type.Object(alert)
export type Alert = Type.Static<typeof Alert>
export const AlertList = Type.Array(Alert)
export const TriggeredAlerts = Page(Alert)

/** A trigger. It stays when its alert is deleted. */
export const AlertEvent = Type.Object({
  id: Type.Integer(),
  alert_id: Nullable(Type.Integer({ description: 'null: deleted' })),
  key: Type.String({ description: 'idempotency key, also of its notification' }),
  title: Type.String(),
  text: Type.String({ description: 'value, threshold, time and note' }),
  path: Type.String({ description: 'the page that shows more', examples: ['/coins/bitcoin'] }),
  value: Nullable(Type.Number({ description: 'what was measured: a price, percent, multiple, level or US dollars' })),
  threshold: Nullable(Type.Number()),
  at: Instant,
})
export type AlertEvent = Type.Static<typeof AlertEvent>
export const AlertEvents = Page(AlertEvent)
export const AlertEventsQuery = Type.Object({
  ...pageQuery,
  alert_id: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'of one alert' })),
})
export const AlertPageQuery = Type.Object(pageQuery)
export const AlertParams = Type.Object({ alert_id: Id })

/** Price alerts that triggered since the last call, for older clients. */
export const AlertCheck = Type.Object({
  triggered: Type.Array(
    Type.Object({
      alert_id: Nullable(Type.Integer()),
      coin_id: Type.Integer(),
      coingecko_id: Type.String(),
      symbol: Type.String(),
      name: Type.String(),
      direction: Type.Enum(['above', 'below']),
      target_price: Usd,
      current_price: Usd,
    }),
  ),
  checked: Type.Integer({ description: 'price alerts that are evaluated' }),
})
export type AlertCheck = Type.Static<typeof AlertCheck>

export const AlertTest = Type.Object({
  title: Type.String(),
  text: Type.String(),
  message: Type.String({ examples: ['Test sent to the app and 1 channel.'] }),
})

import { Type } from 'typebox'
import {
  channelKinds,
  channelSettings,
  deliveryStates,
  maxChannelName,
  maxChannelSetting,
} from './notification-lists.ts'
import { Page, pageQuery, printable } from './queries.ts'
import { Instant, Nullable } from './units.ts'

const exactly = { additionalProperties: false } as const
const Id = Type.String({ pattern: '^[1-9]\\d{0,8}$', description: 'a whole number', examples: ['1'] })

/** Something that an account was told. */
export const Notification = Type.Object({
  id: Type.Integer(),
  title: Type.String({ examples: ['Bitcoin above $70,000'] }),
  text: Type.String({ examples: ['Bitcoin is at $70,012.50.'] }),
  path: Type.String({ description: 'page of the web app that shows more', examples: ['/coins/bitcoin'] }),
  at: Type.String({ format: 'date-time', description: 'when the event happened' }),
  created_at: Instant,
  is_read: Type.Boolean(),
})
export type Notification = Type.Static<typeof Notification>

export const NotificationQuery = Type.Object({
  ...pageQuery,
  unread: Type.Optional(Type.Boolean({ description: 'true: only unread ones' })),
})
export type NotificationQuery = Type.Static<typeof NotificationQuery>

/** One page of the notifications, newest first. */
export const NotificationList = Type.Object({
  ...Page(Notification).properties,
  unread: Type.Integer({ description: 'unread notifications on all pages' }),
})
export type NotificationList = Type.Static<typeof NotificationList>

export const NotificationParams = Type.Object({ notification_id: Id })

export const MarkedRead = Type.Object({ marked: Type.Integer({ description: 'notifications that were unread' }) })
export type MarkedRead = Type.Static<typeof MarkedRead>

const Kind = Type.Enum([...channelKinds])
const Name = Type.String({
  minLength: 1,
  maxLength: maxChannelName,
  pattern: printable,
  description: 'absent: the kind',
  examples: ['Phone'],
})
const Setting = Type.Optional(Type.String({ maxLength: maxChannelSetting, pattern: printable }))
const Settings = Type.Object(
  Object.fromEntries(channelSettings.map((name) => [name, Setting])) as Record<
    (typeof channelSettings)[number],
    typeof Setting
  >,
  {
    ...exactly,
    description:
      'webhook, discord, slack: url; ntfy: server, topic, token; telegram: token, chat_id, server; apprise: server, key, tag; push: endpoint, p256dh, auth; email: none',
    examples: [{ url: 'https://hooks.example.org/cryptoflow' }],
  },
)
export type ChannelSettings = Type.Static<typeof Settings>

export const NewChannel = Type.Object(
  {
    kind: Type.Enum([...channelKinds], { examples: ['webhook'] }),
    name: Type.Optional(Name),
    settings: Type.Optional(Settings),
  },
  exactly,
)
export type NewChannel = Type.Static<typeof NewChannel>

/** What is absent stays. `settings` replaces all settings of the channel. */
export const ChannelChange = Type.Object(
  {
    name: Type.Optional(Name),
    is_active: Type.Optional(Type.Boolean({ description: 'false: nothing is delivered to it' })),
    settings: Type.Optional(Settings),
  },
  { ...exactly, minProperties: 1 },
)
export type ChannelChange = Type.Static<typeof ChannelChange>

/** A channel as its owner sees it, without its secrets. */
export const Channel = Type.Object({
  id: Type.Integer(),
  kind: Kind,
  name: Name,
  target: Type.String({
    description: 'where it delivers to, without secrets',
    examples: ['https://hooks.example.org/…'],
  }),
  is_active: Type.Boolean(),
  created_at: Instant,
})
export type Channel = Type.Static<typeof Channel>

/** The channels of an account with what this server offers. */
export const ChannelList = Type.Object({
  items: Type.Array(Channel),
  email: Type.Object({
    is_configured: Type.Boolean({ description: 'false: this server sends no email' }),
    is_verified: Type.Boolean({ description: 'the email of the account is confirmed' }),
  }),
  push_public_key: Type.String({ description: 'VAPID public key for PushManager.subscribe' }),
})
export type ChannelList = Type.Static<typeof ChannelList>

/** A new channel. Only this response contains the signing secret of a webhook. */
export const CreatedChannel = Type.Object({
  ...Channel.properties,
  signing_secret: Nullable(
    Type.String({ description: 'verifies the signature of a webhook; it is not shown again; null: other kinds' }),
  ),
})
export type CreatedChannel = Type.Static<typeof CreatedChannel>

export const ChannelParams = Type.Object({ channel_id: Id })

/** The result of a test. */
export const TestResult = Type.Object({
  is_delivered: Type.Boolean(),
  status_code: Nullable(Type.Integer({ description: 'HTTP or SMTP status; null: no response' })),
  error: Nullable(Type.String({ description: 'null: delivered' })),
})
export type TestResult = Type.Static<typeof TestResult>

const State = Type.Enum([...deliveryStates], {
  description: 'pending: an attempt is due; delivered; dead: no further attempt until it is sent again',
})

/** The delivery of a notification to a channel. */
export const Delivery = Type.Object({
  id: Type.Integer(),
  state: State,
  title: Type.String({ description: 'of the notification' }),
  at: Type.String({ format: 'date-time', description: 'when the event happened' }),
  channel_id: Type.Integer(),
  channel_kind: Kind,
  channel_name: Type.String(),
  attempts: Type.Integer(),
  next_attempt_at: Nullable(Type.String({ format: 'date-time', description: 'null: not pending' })),
  last_error: Nullable(Type.String()),
  delivered_at: Nullable(Type.String({ format: 'date-time' })),
})
export type Delivery = Type.Static<typeof Delivery>

export const DeliveryQuery = Type.Object({ ...pageQuery, state: Type.Optional(State) })
export type DeliveryQuery = Type.Static<typeof DeliveryQuery>

/** One page of the deliveries, newest first. */
export const DeliveryList = Page(Delivery)
export type DeliveryList = Type.Static<typeof DeliveryList>

export const DeliveryParams = Type.Object({ delivery_id: Id })

/** A delivery with the log of its attempts, oldest first. */
export const DeliveryLog = Type.Object({
  ...Delivery.properties,
  log: Type.Array(
    Type.Object({
      at: Type.String({ format: 'date-time', description: 'when the attempt ended' }),
      duration_ms: Type.Integer(),
      status_code: Nullable(Type.Integer({ description: 'HTTP or SMTP status; null: no response' })),
      error: Nullable(Type.String({ description: 'null: delivered' })),
    }),
  ),
})
export type DeliveryLog = Type.Static<typeof DeliveryLog>

const WebhookUrl = Nullable(
  Type.String({
    maxLength: maxChannelSetting,
    pattern: printable,
    description: 'null or empty: none; the masked URL of a response: unchanged',
    examples: ['https://hooks.example.org/cryptoflow'],
  }),
)

/** The webhook of older clients. */
export const ClassicWebhook = Type.Object({ webhook_url: WebhookUrl }, exactly)

export const ClassicWebhookSaved = Type.Object({
  message: Type.String(),
  webhook_url: Nullable(Type.String({ description: 'masked' })),
})

export const ClassicWebhookTest = Type.Object({ message: Type.String(), status_code: Type.Integer() })

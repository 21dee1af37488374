// Lists and limits of notifications that pages import without the schemas.

/** A setting of a channel. Secret ones are never shown again. */
export type ChannelField = {
  name: ChannelSetting
  label: string
  hint: string
  isRequired: boolean
  isSecret: boolean
}

export const channelSettings = [
  'url',
  'server',
  'topic',
  'token',
  'chat_id',
  'key',
  'tag',
  'endpoint',
  'p256dh',
  'auth',
] as const
type ChannelSetting = (typeof channelSettings)[number]

export const channelKinds = ['push', 'email', 'webhook', 'ntfy', 'telegram', 'discord', 'slack', 'apprise'] as const
export type ChannelKind = (typeof channelKinds)[number]

export const deliveryStates = ['pending', 'delivered', 'dead'] as const

export const maxChannels = 20
export const maxChannelName = 80
export const maxChannelSetting = 1000

/** Header names of a webhook. They and the signature follow the Standard Webhooks specification. */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

const field = (
  name: ChannelSetting,
  label: string,
  hint: string,
  { isRequired = true, isSecret = false }: { isRequired?: boolean; isSecret?: boolean } = {},
): ChannelField => ({ name, label, hint, isRequired, isSecret })

const secret = { isSecret: true } as const
const optionalSecret = { isRequired: false, isSecret: true } as const
const optional = { isRequired: false } as const

export const channelDetails: Record<ChannelKind, { label: string; about: string; fields: readonly ChannelField[] }> = {
  push: {
    label: 'Browser push',
    about: 'Shows notifications of this browser, also while CryptoFlow is closed.',
    fields: [
      field('endpoint', 'Endpoint', 'From the subscription of the browser', secret),
      field('p256dh', 'Public key', 'From the subscription of the browser', secret),
      field('auth', 'Authentication secret', 'From the subscription of the browser', secret),
    ],
  },
  email: { label: 'Email', about: 'Sends to the confirmed email of your account.', fields: [] },
  webhook: {
    label: 'Webhook',
    about: 'Sends signed JSON to your own server.',
    fields: [field('url', 'URL', 'https://example.org/hooks/cryptoflow', secret)],
  },
  ntfy: {
    label: 'ntfy',
    about: 'Publishes to a topic of ntfy.sh or your own ntfy server.',
    fields: [
      field('server', 'Server', 'https://ntfy.sh', optional),
      field('topic', 'Topic', 'my-alerts', secret),
      field('token', 'Access token', 'tk_..., for protected topics', optionalSecret),
    ],
  },
  telegram: {
    label: 'Telegram',
    about: 'Sends messages from your bot.',
    fields: [
      field('token', 'Bot token', '123456:ABC..., from @BotFather', secret),
      field('chat_id', 'Chat ID', '123456789, -100123456789 or @channel'),
      field('server', 'Server', 'https://api.telegram.org', optional),
    ],
  },
  discord: {
    label: 'Discord',
    about: 'Posts to a Discord channel.',
    fields: [field('url', 'Webhook URL', 'https://discord.com/api/webhooks/...', secret)],
  },
  slack: {
    label: 'Slack',
    about: 'Posts to Slack, Mattermost or Rocket.Chat.',
    fields: [field('url', 'Webhook URL', 'https://hooks.slack.com/services/...', secret)],
  },
  apprise: {
    label: 'Apprise',
    about: 'Sends to every service that your Apprise API server supports.',
    fields: [
      field('server', 'Server', 'https://apprise.example.org'),
      field('key', 'Configuration key', 'The key of the stored configuration', secret),
      field('tag', 'Tag', 'Only services with this tag', optional),
    ],
  },
}

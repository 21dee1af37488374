import type { ChannelSettings } from '../../contract/notifications.ts'
import { cutText } from '../text.ts'
import type { OutgoingRequest } from './outgoing.ts'
import { signWebhook } from './webhook.ts'

/** What a channel delivers. */
export type Letter = {
  /** Idempotency key: every attempt of one delivery has the same. */
  id: string
  title: string
  text: string
  /** The page that shows more. */
  url: string
  path: string
  /** When the event happened, RFC 3339. */
  at: string
}

/** What is sealed of a channel. `secret` signs webhooks. */
export type SealedSettings = ChannelSettings & { secret?: string }

const maxTelegram = 4096
const maxDiscordTitle = 256

const toJson = (id: string, url: string, body: unknown, headers: Record<string, string> = {}): OutgoingRequest => ({
  url,
  headers: { 'content-type': 'application/json', 'idempotency-key': id, ...headers },
  body: JSON.stringify(body),
})

const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const underServer = (server: string | undefined, path: string): string => `${server?.replace(/\/+$/, '')}${path}`

type ToRequest = (settings: SealedSettings, letter: Letter, now: number) => OutgoingRequest

/** The request of each kind of channel that is one JSON request. */
export const requests: Record<'webhook' | 'ntfy' | 'telegram' | 'discord' | 'slack' | 'apprise', ToRequest> = {
  webhook: ({ url = '', secret = '' }, { id, title, text, url: link, at }, now) => {
    const data = { title, text, url: link, at }
    const request = toJson(id, url, { type: 'notification', id, timestamp: new Date(now).toISOString(), data })
    const signed = signWebhook({ id, body: String(request.body), at: now }, secret)
    return { ...request, headers: { ...request.headers, ...signed } }
  },
  ntfy: ({ server = '', topic, token }, { id, title, text, url }) =>
    toJson(
      id,
      server,
      { topic, title, message: text || title, click: url },
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    ),
  telegram: ({ server, token, chat_id }, { id, title, text, url }) =>
    toJson(id, underServer(server, `/bot${token}/sendMessage`), {
      chat_id,
      text: cutText(`${title}\n${text}\n${url}`, maxTelegram),
      link_preview_options: { is_disabled: true },
    }),
  discord: ({ url = '' }, { id, title, text, url: link, at }) =>
    toJson(id, url, {
      embeds: [{ title: cutText(title, maxDiscordTitle), description: text, url: link, timestamp: at }],
      allowed_mentions: { parse: [] },
    }),
  slack: ({ url = '' }, { id, title, text, url: link }) =>
    toJson(id, url, { text: `*${escapeSlack(title)}*\n${escapeSlack(text)}\n<${link}|Open CryptoFlow>` }),
  apprise: ({ server, key, tag }, { id, title, text, url }) =>
    toJson(id, underServer(server, `/notify/${key}`), {
      title,
      body: `${text}\n${url}`,
      type: 'info',
      format: 'text',
      ...(tag === undefined ? {} : { tag }),
    }),
}

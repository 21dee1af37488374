import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { type ChannelKind, channelDetails } from '../../contract/notification-lists.ts'
import type { ChannelSettings } from '../../contract/notifications.ts'
import { AppError } from '../errors.ts'
import { isPublicAddress } from './public-address.ts'

const defaultServers: Partial<Record<ChannelKind, string>> = {
  ntfy: 'https://ntfy.sh',
  telegram: 'https://api.telegram.org',
}

const fail = (message: string): never => {
  throw new AppError('unprocessable', message)
}

/** The forms of settings that become part of a URL or a header. */
const forms: Partial<Record<keyof ChannelSettings, [form: RegExp, words: string]>> = {
  topic: [/^[\w-]{1,64}$/, 'up to 64 letters, digits, - and _'],
  key: [/^[\w-]{1,128}$/, 'up to 128 letters, digits, - and _'],
  token: [/^[\x21-\x7e]+$/, 'text without spaces'],
  p256dh: [/^[\w-]{87}$/, '87 characters of base64url'],
  auth: [/^[\w-]{22}$/, '22 characters of base64url'],
}
const telegramToken = /^\d{1,20}:[\w-]{20,100}$/

/**
 * A URL of a user in its normal form. Throws `unprocessable` when it is none, or an address that is neither public nor
 * allowed. Names are checked when a connection is made.
 */
function parseUrl(name: string, text: string, allowedHosts: readonly string[]): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return fail(`${name} must be an http:// or https:// URL`)
  if (url.username !== '' || url.password !== '') return fail(`${name} must not contain a user or password`)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0 && !isPublicAddress(host) && !allowedHosts.includes(host))
    return fail(`${name} must have a public address. An administrator can add ${host} to NOTIFY_ALLOWED_HOSTS.`)
  url.hash = ''
  return url.href
}

/** The settings of a channel, complete and valid. Throws `unprocessable` with what to change. */
export function parseSettings(
  kind: ChannelKind,
  given: ChannelSettings,
  allowedHosts: readonly string[],
): ChannelSettings {
  const { fields, label } = channelDetails[kind]
  const known = new Set<string>(fields.map(({ name }) => name))
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  if (unknown.length > 0)
    fail(`${label} has no setting ${unknown.join(', ')}. It has ${[...known].join(', ') || 'no settings'}.`)
  const entries = fields.flatMap(({ name, isRequired }) => {
    const text = (given[name] ?? '').trim() || (name === 'server' ? (defaultServers[kind] ?? '') : '')
    if (text === '') return isRequired ? fail(`${label} needs the setting ${name}`) : []
    if (!text.isWellFormed() || /\p{Cc}/u.test(text)) fail(`${name} must be readable text`)
    if (name === 'url' || name === 'server' || name === 'endpoint') return [[name, parseUrl(name, text, allowedHosts)]]
    const [form, words] =
      kind === 'telegram' && name === 'token' ? [telegramToken, 'such as 123456:ABC...'] : (forms[name] ?? [])
    if (form !== undefined && !form.test(text)) fail(`${name} must be ${words}`)
    return [[name, text]]
  })
  return Object.fromEntries(entries)
}

/** A URL without its path, query and port secrets: `https://example.org/…`. */
const maskUrl = (text: string): string => {
  const { origin, pathname, search } = new URL(text)
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/…`
}

/** Where a channel delivers to, without secrets. */
export function toTarget(kind: ChannelKind, { url, server, endpoint, topic, chat_id }: ChannelSettings): string {
  const address = maskUrl(url ?? server ?? endpoint ?? 'http://localhost')
  if (kind === 'email') return 'your account'
  if (kind === 'telegram') return `chat ${chat_id}`.slice(0, 300)
  if (kind === 'ntfy') return `${address.slice(0, 200)}${topic?.slice(0, 2)}…`
  return address.slice(0, 300)
}

/** Identifies the browser of a subscription. Null: another kind. */
export const toFingerprint = ({ endpoint }: ChannelSettings): Buffer | null =>
  endpoint === undefined ? null : createHash('sha256').update(endpoint).digest()

import { createHash, randomUUID } from 'node:crypto'
import { type ChannelKind, channelDetails } from '../../contract/notification-lists.ts'
import type {
  Channel,
  ChannelChange,
  ChannelList,
  ChannelSettings,
  CreatedChannel,
  NewChannel,
  TestResult,
} from '../../contract/notifications.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Vault } from '../vault.ts'
import type { Db } from '../warehouse/db.ts'
import { takeAttempt } from '../warehouse/login-throttle.ts'
import {
  type ChannelRef,
  deleteChannel,
  findClassicChannel,
  getChannel,
  insertChannel,
  listChannels,
  updateChannel,
} from '../warehouse/notification-channels.ts'
import { findVerifiedEmail } from '../warehouse/users.ts'
import { DeliveryError } from './outgoing.ts'
import type { SealedSettings } from './requests.ts'
import { type Sender, toContext } from './sender.ts'
import { parseSettings, toFingerprint, toTarget } from './settings.ts'
import { createSigningSecret } from './webhook.ts'

/** Tests of an account: up to `capacity`, and one more every `secondsEach` seconds. */
const testRule = { capacity: 10, secondsEach: 6 }

const classicName = 'Webhook'
const discordHosts = ['discord.com', 'discordapp.com', 'canary.discord.com', 'ptb.discord.com']

type Owner = { id: number; email: string }

export type ChannelsOptions = {
  db: Db
  vault: Vault
  sender: Sender
  /** Hosts that may have any address. */
  allowedHosts: readonly string[]
  sendsMail: boolean
}

/** The channels of accounts. All methods throw `AppError`s. */
export class Channels {
  readonly #options: ChannelsOptions

  constructor(options: ChannelsOptions) {
    this.#options = options
  }

  async list({ id }: Owner): Promise<ChannelList> {
    const { db, sender, sendsMail } = this.#options
    return {
      items: await listChannels(db, id),
      email: { is_configured: sendsMail, is_verified: (await findVerifiedEmail(db, id)) !== undefined },
      push_public_key: (await sender.getVapidKeys()).publicKey,
    }
  }

  async create(owner: Owner, { kind, name, settings = {} }: NewChannel): Promise<CreatedChannel> {
    if (kind === 'email') await this.#assertMail(owner)
    return this.#insert(owner, { kind, name: toName(name, kind), settings })
  }

  async #insert(
    owner: Owner,
    { kind, name, settings, isClassic = false }: Required<NewChannel> & { isClassic?: boolean },
  ): Promise<CreatedChannel> {
    const { db } = this.#options
    const valid = parseSettings(kind, settings, this.#options.allowedHosts)
    const secret = kind === 'webhook' ? createSigningSecret() : null
    const row = {
      user_id: owner.id,
      kind,
      name,
      target: kind === 'email' ? owner.email : toTarget(kind, valid),
      sealed: this.#seal(owner.id, kind, secret === null ? valid : { ...valid, secret }),
      fingerprint: toFingerprint(valid),
      is_classic: isClassic,
    }
    const channel = await db.transaction().execute(async (tx) => {
      const classic = isClassic ? await findClassicChannel(tx, owner.id) : undefined
      if (classic !== undefined) await deleteChannel(tx, { userId: owner.id, channelId: classic.id })
      return insertChannel(tx, row)
    })
    return { ...channel, signing_secret: secret }
  }

  #seal(user_id: number, kind: ChannelKind, settings: SealedSettings): Buffer {
    return this.#options.vault.seal(JSON.stringify(settings), toContext({ user_id, kind }))
  }

  async #assertMail({ id }: Owner): Promise<void> {
    if (!this.#options.sendsMail)
      throw new AppError('conflict', 'This server sends no email. An administrator can set SMTP_URL and SMTP_FROM.')
    if ((await findVerifiedEmail(this.#options.db, id)) === undefined)
      throw new AppError('conflict', 'Confirm the email of your account first.')
  }

  async update(owner: Owner, channelId: number, { name, is_active, settings }: ChannelChange): Promise<Channel> {
    const { db } = this.#options
    const channel = await getChannel(db, { userId: owner.id, channelId })
    const { kind } = channel
    return updateChannel(db, channelId, {
      name: name === undefined ? channel.name : toName(name, kind),
      is_active: is_active ?? channel.is_active,
      ...(settings === undefined || kind === 'email' ? {} : this.#replaceSettings(channel, settings)),
    })
  }

  /** New settings of a channel. A webhook keeps its signing secret. */
  #replaceSettings(channel: Awaited<ReturnType<typeof getChannel>>, settings: ChannelSettings) {
    const { kind, user_id } = channel
    const { vault, allowedHosts } = this.#options
    const valid = parseSettings(kind, settings, allowedHosts)
    const { secret }: SealedSettings = JSON.parse(vault.open(channel.sealed, toContext(channel)))
    const sealed = this.#seal(user_id, kind, secret === undefined ? valid : { ...valid, secret })
    return { target: toTarget(kind, valid), sealed }
  }

  async delete(ref: ChannelRef): Promise<void> {
    await deleteChannel(this.#options.db, ref)
  }

  /** Sends a test to a channel of the account. Throws `rate_limited` after too many. */
  async test(ref: ChannelRef, now: number): Promise<TestResult> {
    const { db, sender } = this.#options
    const channel = await getChannel(db, ref)
    const key = createHash('sha256').update(`channel test:${ref.userId}`).digest()
    if (!(await takeAttempt(db, { key, ...testRule })))
      throw new AppError('rate_limited', `Too many tests. Try again in ${testRule.secondsEach} seconds.`, {
        details: { retryAfterSeconds: testRule.secondsEach },
      })
    const at = new Date(now).toISOString()
    const letter = {
      id: randomUUID(),
      title: 'Test of CryptoFlow',
      text: `${channel.name} works.`,
      path: '/account',
      at,
    }
    try {
      return { is_delivered: true, status_code: await sender.send(channel, letter), error: null }
    } catch (error) {
      const statusCode = error instanceof DeliveryError ? error.statusCode : null
      return { is_delivered: false, status_code: statusCode, error: toMessage(error) }
    }
  }

  /** Sets or removes the webhook of the paths that older clients call. Its masked form leaves it as it is. */
  async setClassic(owner: Owner, url: string | null): Promise<string | null> {
    const { db } = this.#options
    const classic = await findClassicChannel(db, owner.id)
    if (url !== null && classic?.target === url) return classic.target
    if (url === null || url.trim() === '') {
      if (classic !== undefined) await deleteChannel(db, { userId: owner.id, channelId: classic.id })
      return null
    }
    const created = { kind: toClassicKind(url), name: classicName, settings: { url }, isClassic: true }
    return (await this.#insert(owner, created)).target
  }

  /** Throws `bad_request` without a webhook. */
  async testClassic(owner: Owner, now: number): Promise<TestResult> {
    const classic = await findClassicChannel(this.#options.db, owner.id)
    if (classic === undefined) throw new AppError('bad_request', 'No webhook URL. Save one first.')
    return this.test({ userId: owner.id, channelId: classic.id }, now)
  }
}

function toClassicKind(url: string): 'discord' | 'slack' | 'webhook' {
  const host = URL.parse(url)?.hostname ?? ''
  if (discordHosts.includes(host)) return 'discord'
  return host === 'hooks.slack.com' ? 'slack' : 'webhook'
}

/** Throws `unprocessable` for control characters. */
function toName(text: string | undefined, kind: ChannelKind): string {
  const name = (text ?? '').normalize('NFC').trim()
  if (!name.isWellFormed() || /\p{Cc}/u.test(name))
    throw new AppError('unprocessable', 'name must be readable text of up to 80 characters')
  return name === '' ? channelDetails[kind].label : name
}

import { createHash } from 'node:crypto'
import type { ChannelKind } from '../../contract/notification-lists.ts'
import type { Clock } from '../clock.ts'
import type { Mailer } from '../mail.ts'
import type { Vault } from '../vault.ts'
import type { Db } from '../warehouse/db.ts'
import type { SealedChannel } from '../warehouse/notification-channels.ts'
import { findVerifiedEmail } from '../warehouse/users.ts'
import { DeliveryError, type Outgoing } from './outgoing.ts'
import { loadVapidKeys, toPushRequest, type VapidKeys } from './push.ts'
import { type Letter, requests, type SealedSettings } from './requests.ts'

export type SenderOptions = {
  db: Db
  vault: Vault
  outgoing: Outgoing
  /** Null: no mail server is configured. */
  mailer: Mailer | null
  clock: Clock
  /** Where users open the web app. */
  publicUrl: string
}

export const toContext = ({ user_id, kind }: { user_id: number; kind: ChannelKind }): string =>
  `channel:${user_id}:${kind}`

/** The idempotency key of a delivery: the same for each attempt, different for each account and channel. */
export const toDeliveryKey = (userId: number, key: string, channelId: number): string =>
  createHash('sha256')
    .update(JSON.stringify([userId, key, channelId]))
    .digest('base64url')

const noSubject = 'mailto:notifications@cryptoflow.invalid'

/** Sends a notification through a channel. */
export class Sender {
  readonly #options: SenderOptions
  #vapid: Promise<VapidKeys> | undefined

  constructor(options: SenderOptions) {
    this.#options = options
  }

  toUrl(path: string): string {
    return `${this.#options.publicUrl}${path}`
  }

  async getVapidKeys(): Promise<VapidKeys> {
    const { db, vault } = this.#options
    this.#vapid ??= loadVapidKeys(db, vault).catch((error) => {
      this.#vapid = undefined
      throw error
    })
    return this.#vapid
  }

  /** Returns the status of the response, null for mail. Throws a `DeliveryError`. */
  async send(channel: SealedChannel, message: Omit<Letter, 'url'>): Promise<number | null> {
    const letter = { ...message, url: this.toUrl(message.path) }
    const { kind } = channel
    if (kind === 'email') return this.#mail(channel.user_id, letter)
    const settings: SealedSettings = JSON.parse(this.#options.vault.open(channel.sealed, toContext(channel)))
    const { outgoing, clock } = this.#options
    if (kind !== 'push') return outgoing.post(requests[kind](settings, letter, clock.now()))
    const vapid = { keys: await this.getVapidKeys(), subject: this.#toSubject() }
    return outgoing.post(await toPushRequest(settings, letter, vapid))
  }

  #toSubject(): string {
    const { publicUrl } = this.#options
    return publicUrl.startsWith('https:') ? publicUrl : noSubject
  }

  async #mail(userId: number, { id, title, text, url }: Letter): Promise<null> {
    const { db, mailer } = this.#options
    if (mailer === null) throw new DeliveryError('No mail server is configured. An administrator can set SMTP_URL.')
    const to = await findVerifiedEmail(db, userId)
    if (to === undefined)
      throw new DeliveryError('The email of the account is not confirmed. Confirm it on the Account page.', {
        isPermanent: true,
      })
    const settings = this.toUrl('/account')
    const body = `${text}\n\n${url}\n\nChange what you are told: ${settings}\n`
    await mailer.send({ to, subject: title, text: body, key: id }).catch((error: unknown) => {
      throw toMailError(error)
    })
    return null
  }
}

function toMailError(error: unknown): DeliveryError {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null
  if (code === null || Number.isNaN(code)) return new DeliveryError("Can't reach the mail server.")
  return new DeliveryError(`The mail server answered ${code}.`, { statusCode: code, isPermanent: code >= 500 })
}

import { createHash, randomBytes } from 'node:crypto'
import type { PasswordReset } from '../../contract/accounts.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Mailer } from '../mail.ts'
import { confirmEmail, findLink, insertLink, type LinkPurpose, takeLink } from '../warehouse/account-links.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import type { Caller } from '../warehouse/sessions.ts'
import { findUserByEmail, findVerifiedEmail } from '../warehouse/users.ts'
import { toEmail, toNetwork } from './identity.ts'
import { assertGoodPassword, type Passwords } from './passwords.ts'
import { setPassword } from './set-password.ts'
import type { Throttle } from './throttle.ts'

const tokenBytes = 32
const tokenForm = /^[\w-]{43}$/
const linkSeconds: Record<LinkPurpose, number> = { reset_password: 3600, verify_email: 86_400 }

/** A fast hash is safe because a token has 256 random bits. */
const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

export type LinkOptions = {
  mailer: Mailer
  /** Where users open the web app. */
  publicUrl: string
  log: Log
}

const createInvalidError = (): AppError =>
  new AppError('bad_request', 'This link is invalid, was used, or has expired. Request a new one.')

/** Links by email that reset a password or confirm the email. All methods throw `AppError`s. */
export class EmailLinks {
  readonly #db: Db
  readonly #passwords: Passwords
  readonly #throttle: Throttle
  readonly #options: LinkOptions | null
  #sending: Promise<unknown> = Promise.resolve()

  /** `options` null: this server sends no email. */
  constructor(
    db: Db,
    { passwords, throttle }: { passwords: Passwords; throttle: Throttle },
    options: LinkOptions | null,
  ) {
    this.#db = db
    this.#passwords = passwords
    this.#throttle = throttle
    this.#options = options
  }

  #requireMail(): LinkOptions {
    if (this.#options === null)
      throw new AppError(
        'not_implemented',
        'This server sends no email. Ask your administrator to reset your password, or to set SMTP_URL.',
      )
    return this.#options
  }

  /**
   * Sends a link that resets the password, if the email has an account. The response does not wait for it, so that it
   * takes as long for an unknown email.
   */
  async requestReset(email: string, address: string): Promise<void> {
    const options = this.#requireMail()
    const normal = toEmail(email) ?? ''
    await this.#throttle.takeLink({ email: normal, address })
    const network = toNetwork(address)
    this.#sending = this.#sendReset(options, normal, network).catch((error) =>
      options.log.warn({ error: toMessage(error) }, "can't send an email"),
    )
  }

  /** Resolves when the requested mail was sent. */
  async settle(): Promise<void> {
    await this.#sending
  }

  async #sendReset(options: LinkOptions, email: string, network: string | null): Promise<void> {
    const user = await findUserByEmail(this.#db, email)
    if (user === undefined) return
    const url = await this.#createLink(options, { userId: user.id, email, purpose: 'reset_password' })
    await insertAudit(this.#db, { action: 'password_reset_requested', userId: user.id, network })
    await options.mailer.send({
      to: email,
      subject: 'Reset your CryptoFlow password',
      text: `Someone asked to reset the password of your CryptoFlow account. To choose a new one, open this link within 1 hour:\n\n${url}\n\nIf it was not you, ignore this email. Your password stays as it is.\n`,
    })
  }

  async #createLink(
    { publicUrl }: LinkOptions,
    link: { userId: number; email: string; purpose: LinkPurpose },
  ): Promise<string> {
    const token = randomBytes(tokenBytes).toString('base64url')
    const row = { ...link, tokenHash: hashToken(token), seconds: linkSeconds[link.purpose] }
    await this.#db.transaction().execute((tx) => insertLink(tx, row))
    return `${publicUrl}/${link.purpose === 'reset_password' ? 'reset-password' : 'verify-email'}#${token}`
  }

  /** Sets a new password by a link, ends all sessions and confirms the email. Throws `bad_request`. */
  async resetPassword({ token, new_password }: PasswordReset, address: string): Promise<void> {
    if (!tokenForm.test(token)) throw createInvalidError()
    const tokenHash = hashToken(token)
    const link = await findLink(this.#db, 'reset_password', tokenHash)
    if (link === undefined) throw createInvalidError()
    assertGoodPassword(new_password, link.email)
    const hash = await this.#passwords.hash(new_password)
    await this.#db.transaction().execute(async (tx) => {
      const taken = await takeLink(tx, 'reset_password', tokenHash)
      if (taken === undefined) throw createInvalidError()
      const { userId } = taken
      const { ended } = await setPassword(tx, { userId, hash })
      await confirmEmail(tx, taken)
      const details = { sessions: ended.length }
      await insertAudit(tx, { action: 'password_reset', userId, network: toNetwork(address), details })
    })
  }

  /** Sends a link that confirms the email of the caller. Throws `conflict` when it is confirmed. */
  async requestVerification({ id, email }: Pick<Caller, 'id' | 'email'>, address: string): Promise<void> {
    const options = this.#requireMail()
    if ((await findVerifiedEmail(this.#db, id)) !== undefined)
      throw new AppError('conflict', 'Your email is confirmed already.')
    await this.#throttle.takeLink({ email, address })
    const url = await this.#createLink(options, { userId: id, email, purpose: 'verify_email' })
    const text = `To confirm your email for CryptoFlow, open this link within 24 hours:\n\n${url}\n\nIf you have no account there, ignore this email.\n`
    try {
      await options.mailer.send({ to: email, subject: 'Confirm your email for CryptoFlow', text })
    } catch (cause) {
      throw new AppError('unavailable', "Can't send the email. Try again later, or ask your administrator.", { cause })
    }
  }

  /** Confirms an email by a link. Throws `bad_request`. */
  async verifyEmail(token: string, address: string): Promise<void> {
    if (!tokenForm.test(token)) throw createInvalidError()
    await this.#db.transaction().execute(async (tx) => {
      const taken = await takeLink(tx, 'verify_email', hashToken(token))
      if (taken === undefined) throw createInvalidError()
      await confirmEmail(tx, taken)
      await insertAudit(tx, { action: 'email_verified', userId: taken.userId, network: toNetwork(address) })
    })
  }
}

import { createHmac } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Db } from '../warehouse/db.ts'
import {
  deleteForgiven,
  forgiveAttempt,
  isRemembered,
  rememberSignIn,
  takeAttempt,
} from '../warehouse/login-throttle.ts'
import { toCountedAddress } from './identity.ts'

type Rule = { capacity: number; secondsEach: number }

/** Leaky buckets: up to `capacity` attempts. One expires every `secondsEach` seconds. */
export type ThrottleRules = {
  accountAtAddress: Rule
  address: Rule
  account: Rule
  registration: Rule
  linkAtAddress: Rule
  link: Rule
}

const defaultRules: ThrottleRules = {
  accountAtAddress: { capacity: 5, secondsEach: 60 },
  address: { capacity: 30, secondsEach: 20 },
  account: { capacity: 100, secondsEach: 30 },
  registration: { capacity: 60, secondsEach: 10 },
  linkAtAddress: { capacity: 10, secondsEach: 60 },
  link: { capacity: 3, secondsEach: 600 },
}

const attemptsPerCleanup = 100

/** A sign-in attempt: a normalized email, with or without an account, and an IP address. */
export type Attempt = { email: string; address: string }

/**
 * Limits password guessing per account and address, per address, and per account over all unknown addresses. Attempts
 * from unknown addresses never lock out a known address, from which the account has signed in before. All processes
 * share the counts in the database.
 */
export class Throttle {
  readonly #db: Db
  readonly #key: Buffer
  readonly #rules: ThrottleRules
  #taken = 0

  constructor(db: Db, secret: string, rules: ThrottleRules = defaultRules) {
    this.#db = db
    this.#key = createHmac('sha256', secret).update('login throttle').digest()
    this.#rules = rules
  }

  #hash(...parts: string[]): Buffer {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest()
  }

  #keys({ email, address }: Attempt) {
    const counted = toCountedAddress(address)
    return {
      accountAtAddress: this.#hash('account at address', email, counted),
      address: this.#hash('address', counted),
      account: this.#hash('account', email),
    }
  }

  async #take(rule: keyof ThrottleRules, key: Buffer): Promise<void> {
    const { capacity, secondsEach } = this.#rules[rule]
    if (await takeAttempt(this.#db, { key, capacity, secondsEach })) return
    throw new AppError('rate_limited', `Too many attempts. Try again in ${secondsEach} seconds.`, {
      details: { retryAfterSeconds: secondsEach },
    })
  }

  async #cleanUp(): Promise<void> {
    this.#taken += 1
    if (this.#taken % attemptsPerCleanup === 0) await deleteForgiven(this.#db)
  }

  /** Counts an attempt before the password is verified. Throws `rate_limited` after too many. */
  async take(attempt: Attempt): Promise<void> {
    const keys = this.#keys(attempt)
    await this.#take('accountAtAddress', keys.accountAtAddress)
    await this.#take('address', keys.address)
    if (!(await isRemembered(this.#db, keys.accountAtAddress))) await this.#take('account', keys.account)
    await this.#cleanUp()
  }

  /** Removes a successful attempt from the counts and remembers the address. */
  async forgive(attempt: Attempt, userId: number): Promise<void> {
    const keys = this.#keys(attempt)
    const isKnown = await isRemembered(this.#db, keys.accountAtAddress)
    await rememberSignIn(this.#db, keys.accountAtAddress, userId)
    await forgiveAttempt(this.#db, keys.address)
    if (!isKnown) await forgiveAttempt(this.#db, keys.account)
  }

  /** Counts a registration. Throws `rate_limited` after too many. */
  async takeRegistration(address: string): Promise<void> {
    await this.#take('registration', this.#hash('registration', toCountedAddress(address)))
    await this.#cleanUp()
  }

  /** Counts an email with a link, for unknown emails too. Throws `rate_limited` after too many. */
  async takeLink({ email, address }: Attempt): Promise<void> {
    await this.#take('linkAtAddress', this.#hash('link at address', toCountedAddress(address)))
    await this.#take('link', this.#hash('link', email))
    await this.#cleanUp()
  }
}

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
import { toPlace } from './identity.ts'

type Rule = { capacity: number; secondsEach: number }

/** How many attempts may be unforgiven, and after how long one is forgiven. */
export type ThrottleRules = { accountAtAddress: Rule; address: Rule; account: Rule; registration: Rule }

const defaultRules: ThrottleRules = {
  accountAtAddress: { capacity: 5, secondsEach: 60 },
  address: { capacity: 30, secondsEach: 20 },
  account: { capacity: 100, secondsEach: 30 },
  registration: { capacity: 60, secondsEach: 10 },
}

const cleanEvery = 100

/** Who tries what from where: a normalised email, known or not, and an address. */
export type Attempt = { email: string; address: string }

/**
 * Slows guessing down: per account and address, per address, and per account over all addresses from which it has not
 * signed in before, so that nobody is locked out of his usual places. The counts are in the database, for all processes.
 */
export class Throttle {
  readonly #db: Db
  readonly #key: Buffer
  readonly #rules: ThrottleRules
  #taken = 0

  constructor(db: Db, key: Buffer, rules: ThrottleRules = defaultRules) {
    this.#db = db
    this.#key = key
    this.#rules = rules
  }

  #hash(...parts: string[]): Buffer {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest()
  }

  #keys({ email, address }: Attempt) {
    const place = toPlace(address)
    return {
      accountAtAddress: this.#hash('account at address', email, place),
      address: this.#hash('address', place),
      account: this.#hash('account', email),
    }
  }

  async #take(rule: keyof ThrottleRules, key: Buffer): Promise<void> {
    const { capacity, secondsEach } = this.#rules[rule]
    if (await takeAttempt(this.#db, { key, capacity, secondsEach })) return
    throw new AppError('rate_limited', `Too many attempts: try again in ${secondsEach} seconds`, {
      details: { retryAfterSeconds: secondsEach },
    })
  }

  async #clean(): Promise<void> {
    this.#taken += 1
    if (this.#taken % cleanEvery === 0) await deleteForgiven(this.#db)
  }

  /** Counts an attempt at a password before it is looked at; throws `rate_limited` when there were too many. */
  async take(attempt: Attempt): Promise<void> {
    const keys = this.#keys(attempt)
    await this.#take('accountAtAddress', keys.accountAtAddress)
    await this.#take('address', keys.address)
    if (!(await isRemembered(this.#db, keys.accountAtAddress))) await this.#take('account', keys.account)
    await this.#clean()
  }

  /** The password was right. */
  async forgive(attempt: Attempt, userId: number): Promise<void> {
    const keys = this.#keys(attempt)
    const isKnown = await isRemembered(this.#db, keys.accountAtAddress)
    await rememberSignIn(this.#db, keys.accountAtAddress, userId)
    await forgiveAttempt(this.#db, keys.address)
    if (!isKnown) await forgiveAttempt(this.#db, keys.account)
  }

  /** Counts an attempt to open an account. */
  async takeRegistration(address: string): Promise<void> {
    await this.#take('registration', this.#hash('registration', toPlace(address)))
    await this.#clean()
  }
}

import { type Entry, isIncoming } from './ledger.ts'
import { type Money, min, share, toNumber, zero } from './money.ts'

/** Money that moved into the portfolio, or out of it when negative. */
export type Movement = {
  /** Ms since 1970. */
  at: number
  amount: Money
}

/** The last price of a coin at or before an instant, in the currency of the ledger; null when none is known. */
export type FindPrice = (coin: number, at: number) => Money | null

type Mark = { quantity: Money; value: Money }

/**
 * The value of the holdings over time, and where each change of it comes from: money that moved, or a gain. Both are
 * exact: value = invested + gains at every instant.
 *
 * - Purchases and incoming transfers are money in, sales and outgoing transfers money out. Rewards, fees and changes of
 *   prices are gains.
 * - What was bought counts at its cost with fees until the next valuation, so no purchase is a gain by itself.
 * - A coin without a known price keeps its last value.
 * - Units sold beyond what was held change nothing: where they came from is unknown.
 */
export class Marks {
  readonly #findPrice: FindPrice
  readonly #marks = new Map<number, Mark>()
  readonly #gains = new Map<number, Money>()
  readonly #movements: Movement[] = []
  #value = zero
  #invested = zero
  #index = 1

  constructor(findPrice: FindPrice) {
    this.#findPrice = findPrice
  }

  /** Value of the holdings. */
  get value(): Money {
    return this.#value
  }

  /** Money in less money out so far. */
  get invested(): Money {
    return this.#invested
  }

  /** Growth of one unit since the first money came in, without the effect of when money moved. */
  get index(): number {
    return this.#index
  }

  get movements(): readonly Movement[] {
    return this.#movements
  }

  /** Gain by coin, including coins no longer held. */
  get gains(): ReadonlyMap<number, Money> {
    return this.#gains
  }

  get isHeld(): boolean {
    return this.#marks.size > 0
  }

  /** Values all holdings at their prices of an instant. */
  revalue(at: number): void {
    const changes: { coin: number; gain: Money }[] = []
    for (const [coin, { quantity, value }] of this.#marks) {
      const price = this.#findPrice(coin, at)
      if (price !== null) changes.push({ coin, gain: quantity.times(price).minus(value) })
    }
    this.#grow(changes.reduce((total, { gain }) => total.plus(gain), zero))
    for (const { coin, gain } of changes) {
      this.#change(coin, zero, gain)
      this.#addGain(coin, gain)
    }
  }

  /**
   * Posts the entries of one instant, in their order, after those before it. Coins pay fees once everything has come in
   * and before anything leaves, so a fee counts on the holdings that it was paid from.
   */
  post(group: readonly Entry[]): void {
    const [first] = group
    if (first !== undefined) this.revalue(first.at)
    for (const entry of group) if (isIncoming(entry)) this.#bring(entry)
    for (const entry of group) this.#payFee(entry)
    for (const entry of group) if (!isIncoming(entry)) this.#remove(entry)
  }

  /** The market value of an entry; its stated value when no price is known. */
  #appraise({ coin, at, quantity, value }: Entry): Money {
    const price = this.#findPrice(coin, at)
    return price === null ? value : quantity.times(price)
  }

  #bring(entry: Entry): void {
    const { type, coin, at, quantity } = entry
    const worth = type === 'buy' ? entry.value : this.#appraise(entry)
    const isGain = type === 'staking_reward' || type === 'airdrop'
    if (isGain) this.#grow(worth)
    this.#addGain(coin, isGain ? worth : zero)
    const paid = toPaid(entry)
    this.#change(coin, quantity, worth.plus(paid))
    this.#move(at, isGain ? paid : worth.plus(paid))
  }

  #remove(entry: Entry): void {
    const { coin, at, quantity, type } = entry
    const mark = this.#marks.get(coin)
    if (mark === undefined) return
    const covered = min(quantity, mark.quantity)
    const worth = type === 'sell' ? entry.value : type === 'fee' ? zero : this.#appraise(entry)
    const brought = share(worth.minus(toPaid(entry)), covered, quantity)
    const left = share(mark.value, covered, mark.quantity)
    const gain = brought.minus(left)
    this.#grow(gain)
    this.#addGain(coin, gain)
    this.#change(coin, zero.minus(covered), zero.minus(left))
    this.#move(at, zero.minus(brought))
  }

  #payFee({ fee, at, id }: Entry): void {
    if (fee !== null && fee.coin !== null)
      this.#remove({ id, at, type: 'fee', coin: fee.coin, quantity: fee.quantity, value: fee.value, fee: null })
  }

  #change(coin: number, quantity: Money, value: Money): void {
    const mark = this.#marks.get(coin) ?? { quantity: zero, value: zero }
    const next = { quantity: mark.quantity.plus(quantity), value: mark.value.plus(value) }
    if (next.quantity.eq(zero)) this.#marks.delete(coin)
    else this.#marks.set(coin, next)
    this.#value = this.#value.plus(value)
  }

  #addGain(coin: number, gain: Money): void {
    this.#gains.set(coin, (this.#gains.get(coin) ?? zero).plus(gain))
  }

  #move(at: number, amount: Money): void {
    if (amount.eq(zero)) return
    this.#invested = this.#invested.plus(amount)
    this.#movements.push({ at, amount })
  }

  /**
   * Grows the index by a gain on the value before it. A gain on nothing, such as the reward that is the first holding,
   * and a fee that takes all that is left are no return.
   */
  #grow(gain: Money): void {
    const after = this.#value.plus(gain)
    if (this.#value.gt(zero) && after.gt(zero)) this.#index *= toNumber(after.div(this.#value))
  }
}

/** The part of a fee that is paid in money. */
const toPaid = ({ fee }: Entry): Money => (fee?.coin === null ? fee.value : zero)

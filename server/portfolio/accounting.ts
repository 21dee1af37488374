import type { CostMethod, TransactionType } from '../../contract/portfolio-lists.ts'
import { type Entry, groupByInstant } from './ledger.ts'
import { type Lot, LotBook } from './lots.ts'
import { type Money, min, sum, zero } from './money.ts'

/** Units of a coin that left, with the lots that they came from. */
type Disposal = {
  entryId: number
  /** Ms since 1970. */
  at: number
  coin: number
  /** `fee`: also the fee of another transaction. */
  reason: Extract<TransactionType, 'sell' | 'transfer_out' | 'fee'>
  quantity: Money
  /** What they brought, less the fee of the sale. A transfer brings its cost, so it has no gain. */
  proceeds: Money
  cost: Money
  gain: Money
  lots: Lot[]
  /** Units beyond what was held. Their cost counts as 0. */
  uncovered: Money
}

/** The figures of one coin, or of all. All in the currency of the ledger. */
export type Figures = {
  /** Cost of what is held. */
  cost: Money
  realized: Money
  /** Rewards and airdrops at their value when received. */
  income: Money
  /** All fees paid. */
  fees: Money
  /** The part of `fees` that is in no cost and no proceeds, and so reduces the profit. */
  expenses: Money
  /** Put in: purchases and transfers at their cost, with their fees. */
  contributed: Money
  /** Taken out: proceeds of sales after fees, transfers at their cost, and coins that paid the fee of another entry. */
  withdrawn: Money
}

type Position = Figures & { coin: number; quantity: Money; lots: Lot[] }

export type Account = {
  /** One per coin that was ever held, by coin. */
  positions: Position[]
  disposals: Disposal[]
  totals: Figures
}

const figureNames = ['cost', 'realized', 'income', 'fees', 'expenses', 'contributed', 'withdrawn'] as const

const noFigures = (): Omit<Figures, 'cost'> => ({
  realized: zero,
  income: zero,
  fees: zero,
  expenses: zero,
  contributed: zero,
  withdrawn: zero,
})

type Book = Omit<Figures, 'cost'> & { lots: LotBook }

/**
 * Lots, gains, income and fees of a ledger by one method.
 *
 * - A fee is part of the cost of a purchase and reduces the proceeds of a sale. Of any other transaction it is an expense.
 * - A fee in a coin is also a disposal of that coin at the fee's value, after all transactions of its instant.
 * - For every coin and in total, value + withdrawn - contributed = realized + (value - cost) + income - expenses.
 */
export function computeAccount(entries: readonly Entry[], method: CostMethod): Account {
  const ledger = new Ledger(method)
  for (const group of groupByInstant(entries)) {
    for (const entry of group) ledger.post(entry)
    for (const entry of group) ledger.payFee(entry)
  }
  return ledger.close()
}

class Ledger {
  readonly #method: CostMethod
  readonly #books = new Map<number, Book>()
  readonly #disposals: Disposal[] = []

  constructor(method: CostMethod) {
    this.#method = method
  }

  #book(coin: number): Book {
    const book = this.#books.get(coin) ?? { ...noFigures(), lots: new LotBook(this.#method) }
    this.#books.set(coin, book)
    return book
  }

  post(entry: Entry): void {
    const book = this.#book(entry.coin)
    const fee = entry.fee?.value ?? zero
    const isTrade = entry.type === 'buy' || entry.type === 'sell'
    book.fees = book.fees.plus(fee)
    if (!isTrade) book.expenses = book.expenses.plus(fee)
    if (entry.type !== 'sell') book.contributed = book.contributed.plus(fee)
    this.#move(entry, book, fee)
  }

  #move(entry: Entry, book: Book, fee: Money): void {
    const { type, value } = entry
    if (type === 'buy' || type === 'transfer_in') {
      this.#acquire(entry, book, type === 'buy' ? value.plus(fee) : value)
      book.contributed = book.contributed.plus(value)
    } else if (type === 'staking_reward' || type === 'airdrop') {
      this.#acquire(entry, book, value)
      book.income = book.income.plus(value)
    } else if (type === 'sell') {
      this.#dispose({ ...entry, reason: 'sell', proceeds: value.minus(fee) })
      book.withdrawn = book.withdrawn.plus(value).minus(fee)
    } else if (type === 'transfer_out') {
      const { cost } = this.#dispose({ ...entry, reason: 'transfer_out', proceeds: null })
      book.withdrawn = book.withdrawn.plus(cost)
    } else {
      this.#dispose({ ...entry, reason: 'fee', proceeds: value })
      book.fees = book.fees.plus(value)
      book.expenses = book.expenses.plus(value)
    }
  }

  /** Disposes of the coin of a fee at the fee's value, once all entries of the instant are posted. */
  payFee({ id, at, fee }: Entry): void {
    if (fee === null || fee.coin === null) return
    const { coin, quantity, value } = fee
    this.#dispose({ id, at, coin, quantity, reason: 'fee', proceeds: value })
    const book = this.#book(coin)
    book.withdrawn = book.withdrawn.plus(value)
  }

  #acquire({ id, at, quantity }: Entry, { lots }: Book, cost: Money): void {
    if (quantity.gt(zero)) lots.add({ entryId: id, acquiredAt: at, quantity, cost })
  }

  /** `proceeds` null: equal to the cost. */
  #dispose(
    given: Pick<Entry, 'id' | 'at' | 'coin' | 'quantity'> & Pick<Disposal, 'reason'> & { proceeds: Money | null },
  ): Disposal {
    const { id, at, coin, reason, quantity } = given
    const book = this.#book(coin)
    const covered = min(quantity, book.lots.quantity)
    const lots = book.lots.take(covered)
    const cost = sum(lots.map((lot) => lot.cost))
    const proceeds = given.proceeds ?? cost
    const gain = proceeds.minus(cost)
    const uncovered = quantity.minus(covered)
    const disposal = { entryId: id, at, coin, reason, quantity, proceeds, cost, gain, lots, uncovered }
    this.#disposals.push(disposal)
    book.realized = book.realized.plus(gain)
    return disposal
  }

  close(): Account {
    const positions = [...this.#books]
      .sort(([a], [b]) => a - b)
      .map(([coin, { lots: book, ...figures }]): Position => {
        const lots = book.list()
        return { coin, quantity: book.quantity, ...figures, cost: sum(lots.map(({ cost }) => cost)), lots }
      })
    const totals = Object.fromEntries(
      figureNames.map((name) => [name, sum(positions.map((position) => position[name]))]),
    ) as Figures
    return { positions, disposals: this.#disposals, totals }
  }
}

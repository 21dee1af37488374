import type { ClassicHolding, ClassicHoldingChange, NewClassicHolding } from '../../../contract/portfolio-classic.ts'
import type { Portfolio } from '../../../contract/portfolios.ts'
import { dayMs } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import { toMoney, toNumber, zero } from '../../portfolio/money.ts'
import type { Db } from '../../warehouse/db.ts'
import { findCoinsBySymbol } from '../../warehouse/portfolio-prices.ts'
import {
  assertRoom,
  getTransaction,
  insertTransactions,
  updateTransaction,
} from '../../warehouse/portfolio-transactions.ts'
import { findFirstPortfolio, insertPortfolio } from '../../warehouse/portfolios.ts'
import { toHoldings } from './classic.ts'
import { type Ledger, loadLedger } from './ledger.ts'
import { toPerformance } from './performance.ts'
import { toNewTransaction } from './transactions.ts'

const nothing: Portfolio = {
  id: 0,
  name: '',
  cost_method: 'fifo',
  transactions: 0,
  created_at: new Date(0).toISOString(),
  updated_at: new Date(0).toISOString(),
}

/** The oldest portfolio of an account. Throws `not_found` without one. */
export async function getFirstPortfolio(db: Db, userId: number): Promise<Portfolio> {
  const found = await findFirstPortfolio(db, userId)
  if (found === null) throw new AppError('not_found', 'You have no portfolio. Add a holding first.')
  return found
}

/** The ledger of the oldest portfolio of an account; an empty one without a portfolio. */
export const loadFirst = async (db: Db, userId: number, more: number[] = []): Promise<Ledger> =>
  loadLedger(db, (await findFirstPortfolio(db, userId)) ?? nothing, { more })

/** The values of the oldest portfolio over the last days. */
export const loadFirstValues = async (db: Db, userId: number, days: number) =>
  toPerformance(await loadFirst(db, userId), { days, bitcoin: null }).points

async function getHolding(db: Db, userId: number, id: number): Promise<ClassicHolding> {
  const found = toHoldings(await loadFirst(db, userId)).find((holding) => holding.id === id)
  if (found === undefined) throw new AppError('not_found', `Holding ${id} not found.`)
  return found
}

/** Adds a purchase as of now; makes the first portfolio. */
export async function addHolding(db: Db, userId: number, body: NewClassicHolding): Promise<ClassicHolding> {
  const { coin_id, quantity, buy_price_usd: price_usd, notes: note = null } = body
  const at = new Date().toISOString()
  const given = await toNewTransaction(db, { type: 'buy', coin_id, at, quantity, price_usd, note })
  const { id: portfolioId } =
    (await findFirstPortfolio(db, userId)) ?? (await insertPortfolio(db, userId, { name: 'My portfolio' }))
  const id = await db.transaction().execute(async (tx) => {
    const [added] = await insertTransactions(tx, portfolioId, [{ ...given, source: null, fingerprint: null }])
    await assertRoom(tx, portfolioId)
    return added as number
  })
  return getHolding(db, userId, id)
}

/** Changes what is left of a lot: units that were sold from it stay in its transaction. */
export async function changeHolding(
  db: Db,
  userId: number,
  id: number,
  change: ClassicHoldingChange,
): Promise<ClassicHolding> {
  const { id: portfolioId } = await getFirstPortfolio(db, userId)
  const { created_at: _, source: __, id: ___, ...row } = await getTransaction(db, portfolioId, id)
  const held = await getHolding(db, userId, id)
  const wanted = toMoney(change.quantity ?? held.quantity)
  if (!wanted.gt(zero)) throw new AppError('unprocessable', 'quantity must be above 0.')
  const quantity = toMoney(row.quantity).plus(wanted).minus(toMoney(held.quantity))
  const fee = row.type === 'buy' ? toMoney(row.fee_usd) : zero
  const price = change.buy_price_usd
  const old = toMoney(row.total_usd).times(quantity).div(toMoney(row.quantity))
  const total = price === undefined ? old : toMoney(price).times(quantity).minus(fee)
  await updateTransaction(db, portfolioId, id, {
    ...row,
    quantity: quantity.toFixed(),
    total_usd: (total.lt(zero) ? zero : total).toFixed(),
    note: change.notes === undefined ? row.note : change.notes?.trim() || null,
  })
  return getHolding(db, userId, id)
}

/** The price of a coin at the times of the values of the oldest portfolio, 100 at the first. Throws `not_found`. */
export async function listBenchmark(
  db: Db,
  userId: number,
  { days, symbol }: { days: number; symbol: string },
): Promise<{ timestamp: string; value: number }[]> {
  const key = symbol.toLowerCase()
  const coin = (await findCoinsBySymbol(db, [key])).get(key)?.[0]?.coin_id
  if (coin === undefined) throw new AppError('not_found', `No coin has the symbol ${symbol}.`)
  const ledger = await loadFirst(db, userId, [coin])
  const times = toPerformance(ledger, { days, bitcoin: null }).points.map(({ timestamp }) => timestamp)
  const from = ledger.now - days * dayMs
  const prices = times.map((timestamp) => ({
    timestamp,
    price: ledger.prices.find(coin, Math.max(from, Date.parse(timestamp))),
  }))
  const first = prices.find(({ price }) => price !== null)?.price
  return prices.flatMap(({ timestamp, price }) =>
    price === null || first == null ? [] : [{ timestamp, value: toNumber(price.div(first).times(100)) }],
  )
}

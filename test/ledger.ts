import assert from 'node:assert/strict'
import type { TransactionType } from '../contract/portfolio-lists.ts'
import type { Entry, Fee } from '../server/portfolio/ledger.ts'
import type { FindPrice } from '../server/portfolio/marks.ts'
import { toMoney, zero } from '../server/portfolio/money.ts'

const coins = ['BTC', 'ETH', 'BNB', 'XRP', 'SOL']

/** The number of a coin in the ledgers of tests. */
export const coinNumber = (symbol: string): number => {
  const at = coins.indexOf(symbol)
  assert.notEqual(at, -1, symbol)
  return at + 1
}

const startMs = Date.parse('2026-01-01T00:00:00Z')
const dayMs = 86_400_000

/** Ms since 1970 of a day of January 2026 and later, with a fraction for its time: `2.5` is noon of January 2. */
export const dayOf = (text: string | number): number => startMs + Math.round((Number(text) - 1) * dayMs)

const form = /^(\S+) (\w+) (\S+) ([A-Z]+) for (\S+?)(?:,? fee (\S+)(?: ([A-Z]+) worth (\S+))?)?$/

/**
 * Reads one entry per line, in the order of their ids: `2.5 buy 1 BTC for 100 fee 0.1 BNB worth 5` is noon of day 2.
 * A fee without a coin is money.
 */
export const readLedger = (...lines: string[]): Entry[] =>
  lines.map((line, index) => {
    const found = form.exec(line)
    assert.ok(found, line)
    const [, day = '', type, quantity = '', coin = '', value = '', fee, feeCoin, feeValue] = found
    return {
      id: index + 1,
      at: dayOf(day),
      type: type as TransactionType,
      coin: coinNumber(coin),
      quantity: toMoney(quantity),
      value: toMoney(value),
      fee: fee === undefined ? null : toFee(fee, feeCoin, feeValue),
    }
  })

const toFee = (amount: string, coin?: string, worth?: string): Fee =>
  coin === undefined
    ? { coin: null, quantity: zero, value: toMoney(amount) }
    : { coin: coinNumber(coin), quantity: toMoney(amount), value: toMoney(worth ?? '0') }

/** Prices given as `BTC 1 100, BTC 2.5 110`: coin, day, price. Each holds until the next one of its coin. */
export function readPrices(text: string): FindPrice {
  const prices = text
    .split(', ')
    .filter((one) => one !== '')
    .map((one) => one.split(' '))
    .map(([symbol = '', day = '', price = '']) => ({ coin: coinNumber(symbol), at: dayOf(day), price: toMoney(price) }))
  return (coin, at) => prices.findLast((one) => one.coin === coin && one.at <= at)?.price ?? null
}

export const toSymbol = (coin: number): string => coins[coin - 1] ?? ''

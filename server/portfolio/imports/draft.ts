import type { TransactionType } from '../../../contract/portfolio-lists.ts'
import { type Money, toMoney, zero } from '../money.ts'

/** An amount with the symbol that the file gives: of a coin, or of a currency such as EUR. */
export type Sum = { amount: Money; symbol: string }

/** A transaction as a line of a file says it, before its symbols are matched to coins. */
export type Draft = {
  type: TransactionType
  symbol: string
  /** Known exactly in some formats. */
  coingeckoId?: string | undefined
  /** Ms since 1970. */
  at: number
  quantity: Money
  /** Null: at its market value. */
  total: Sum | null
  fee: Sum | null
  note: string | null
  /** The source's own id of the transaction; empty without one. */
  reference: string
}

/** Why a line is refused. */
export class LineError extends Error {}

/** The value of a column of the line, trimmed; empty when the file lacks it. */
type Read = (column: string) => string

export type Format = {
  id: string
  label: string
  /** Columns that tell the format, in lower case. */
  columns: readonly string[]
  toDrafts: (read: Read) => Draft[]
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?$/i

/** A number without its sign. Reads thousands separators, currency signs and exponents. */
export function toAmount(text: string, column: string): Money {
  const digits = text.replace(/[\s,$€£]/g, '')
  if (!decimal.test(digits)) throw new LineError(`${column}: "${text.slice(0, 40)}" is not a number`)
  return toMoney(digits.replace(/\.$/, '')).abs()
}

export const toOptionalAmount = (text: string, column: string): Money => (text === '' ? zero : toAmount(text, column))

/** A text such as `0.5BTC` or `1000.00 USD`. */
export function toSum(text: string, column: string): Sum {
  const [, amount = '', symbol = ''] = /^([-+\d.,]+)\s*([A-Za-z0-9]+)$/.exec(text.trim()) ?? []
  if (symbol === '') throw new LineError(`${column}: "${text.slice(0, 40)}" is not an amount with a symbol`)
  return { amount: toAmount(amount, column), symbol: symbol.toUpperCase() }
}

const isoForm = /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/
const wordForm = /^[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4},? \d{1,2}:\d\d( [AP]M)?$/

/** The instant of a time, which is UTC unless it says otherwise. */
export function toTime(text: string): number {
  const [, year, month, day, time = '00:00:00', zone = 'Z'] = isoForm.exec(text) ?? []
  const at =
    year !== undefined
      ? Date.parse(`${year}-${month}-${day}T${time}${zone === 'UTC' ? 'Z' : zone}`)
      : wordForm.test(text)
        ? Date.parse(`${text.replace('.', '').replace(/(\d{4}),/, '$1')} UTC`)
        : Number.NaN
  if (Number.isNaN(at))
    throw new LineError(`Time "${text.slice(0, 40)}" is not understood. Use YYYY-MM-DD HH:MM:SS in UTC.`)
  return at
}

/** The type that a word of a source means. */
export function toType(text: string, types: Readonly<Record<string, TransactionType>>): TransactionType {
  const type = types[text.toLowerCase()]
  if (type === undefined)
    throw new LineError(`Type "${text.slice(0, 40)}" is not imported. Imported: ${Object.keys(types).join(', ')}.`)
  return type
}

export const toFee = (amount: Money, symbol: string): Sum | null =>
  amount.eq(zero) ? null : { amount, symbol: symbol.toUpperCase() }

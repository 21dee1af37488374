import { dayMs } from '../../contract/time.ts'
import { priceRange, type Range } from '../ranges.ts'
import { cleanText, cutText } from '../text.ts'

// Validates all source data. The results fit PostgreSQL, JSON and floating-point arithmetic.

export const textLengths = { id: 200, symbol: 100, name: 200, url: 2048 } as const

/** `value` is null if it is absent or invalid. `broken` is the broken rule, null if there is none. */
export type Checked<T> = { value: T | null; broken: string | null }

const absent = { value: null, broken: null }
const reject = (broken: string): { value: null; broken: string } => ({ value: null, broken })

/** A number in a range. Null and undefined are absent. Numeric text is invalid. */
export function checkNumber(value: unknown, { min, max, zero, negative }: Range): Checked<number> {
  if (value === null || value === undefined) return absent
  if (typeof value !== 'number') return reject('number')
  if (!Number.isFinite(value)) return reject('finite')
  if (value === 0) return zero ? { value: 0, broken: null } : reject('positive')
  if (value < 0 && negative === undefined) return reject(zero ? 'not_negative' : 'positive')
  const size = Math.abs(value)
  return size < min || size > max || value < (negative ?? 0) ? reject('range') : { value, broken: null }
}

/** A rank: an integer from 1 to the maximum of a PostgreSQL `int`. */
export function checkRank(value: unknown): Checked<number> {
  if (value === null || value === undefined) return absent
  const isRank = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2_147_483_647
  return isRank ? { value, broken: null } : reject('positive_integer')
}

/** Text without control characters and lone surrogates, truncated to `maxLength`. Empty text is invalid. */
export function checkText(value: unknown, maxLength: number): Checked<string> {
  if (value === null || value === undefined) return absent
  if (typeof value !== 'string') return reject('text')
  const clean = cleanText(value)
  if (clean === '') return reject('present')
  const broken = clean !== value.trim() ? 'text' : clean.length > maxLength ? 'length' : null
  return { value: cutText(clean, maxLength), broken }
}

/** An id. It is a key, so it is never cleaned or truncated. */
export function checkId(value: unknown): Checked<string> {
  if (typeof value !== 'string' || value.trim() === '') return reject('present')
  if (cleanText(value) !== value) return reject('text')
  return value.length > textLengths.id ? reject('length') : { value, broken: null }
}

/** Whether `ms` is a time between 1970 and one day after `now`, in ms since 1970. */
export const isInstant = (ms: unknown, now: number): ms is number =>
  typeof ms === 'number' && ms >= 0 && ms <= now + dayMs

/** An ISO 8601 time between 1970 and one day after `now` (ms), as RFC 3339 in UTC. */
export function checkInstant(value: unknown, now: number): Checked<string> {
  if (value === null || value === undefined) return absent
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\d(?:T|$)/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) return reject('instant')
  return isInstant(ms, now) ? { value: new Date(ms).toISOString(), broken: null } : reject('range')
}

/** The HTTP URL of an image. Other text, such as `missing_large.png`, counts as absent. */
export function checkUrl(value: unknown): Checked<string> {
  const { value: url, broken } = checkText(value, textLengths.url)
  if (broken !== null) return reject(broken)
  return url !== null && /^https?:\/\//.test(url) && URL.canParse(url) ? { value: url, broken: null } : absent
}

const decimal = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A streamed price in USD, sent as a number or as decimal text. Null if it is invalid or out of range. */
export function toPrice(value: unknown): number | null {
  const price = typeof value === 'string' && decimal.test(value) ? Number(value) : value
  return checkNumber(price, priceRange).value
}

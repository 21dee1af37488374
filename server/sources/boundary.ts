import { dayMs } from '../../contract/time.ts'
import { priceRange, type Range } from '../ranges.ts'
import { cleanText, cutText } from '../text.ts'

// What a source sends passes here: only text, numbers and instants that PostgreSQL, JSON and our arithmetic can hold
// come out.

export const textLengths = { id: 200, symbol: 100, name: 200, url: 2048 } as const

/** A value that came through, null when there is none; and the rule that what was sent broke, null when it broke none. */
export type Checked<T> = { value: T | null; broken: string | null }

const absent = { value: null, broken: null }
const refuse = (broken: string): { value: null; broken: string } => ({ value: null, broken })

/** A number in a range. Null and undefined are absent; text is no number. */
export function checkNumber(value: unknown, { min, max, zero, negative }: Range): Checked<number> {
  if (value === null || value === undefined) return absent
  if (typeof value !== 'number') return refuse('number')
  if (!Number.isFinite(value)) return refuse('finite')
  if (value === 0) return zero ? { value: 0, broken: null } : refuse('positive')
  if (value < 0 && negative === undefined) return refuse(zero ? 'not_negative' : 'positive')
  const size = Math.abs(value)
  return size < min || size > max || value < (negative ?? 0) ? refuse('range') : { value, broken: null }
}

/** A rank: a whole number from 1 that an `int` holds. */
export function checkRank(value: unknown): Checked<number> {
  if (value === null || value === undefined) return absent
  const isRank = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2_147_483_647
  return isRank ? { value, broken: null } : refuse('positive_integer')
}

/** Text without control characters and broken characters, cut at `maxLength`. Empty text is none. */
export function checkText(value: unknown, maxLength: number): Checked<string> {
  if (value === null || value === undefined) return absent
  if (typeof value !== 'string') return refuse('text')
  const clean = cleanText(value)
  if (clean === '') return refuse('present')
  const broken = clean !== value.trim() ? 'text' : clean.length > maxLength ? 'length' : null
  return { value: cutText(clean, maxLength), broken }
}

/** An id, which is a key: taken as it is or not at all. */
export function checkId(value: unknown): Checked<string> {
  if (typeof value !== 'string' || value.trim() === '') return refuse('present')
  if (cleanText(value) !== value) return refuse('text')
  return value.length > textLengths.id ? refuse('length') : { value, broken: null }
}

/** Is it ms since 1970 that lie between then and a day after `now`? */
export const isInstant = (ms: unknown, now: number): ms is number =>
  typeof ms === 'number' && ms >= 0 && ms <= now + dayMs

/** An ISO 8601 instant between 1970 and a day after `now` (ms), as RFC 3339 in UTC. */
export function checkInstant(value: unknown, now: number): Checked<string> {
  if (value === null || value === undefined) return absent
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\d(?:T|$)/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) return refuse('instant')
  return isInstant(ms, now) ? { value: new Date(ms).toISOString(), broken: null } : refuse('range')
}

/** An address of the web, for a picture. Other text, such as `missing_large.png`, is no address and breaks no rule. */
export function checkUrl(value: unknown): Checked<string> {
  const { value: url, broken } = checkText(value, textLengths.url)
  if (broken !== null) return refuse(broken)
  return url !== null && /^https?:\/\//.test(url) && URL.canParse(url) ? { value: url, broken: null } : absent
}

const decimal = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A price in USD as a stream wrote it, a number or its decimal text, to the last digit; null when it is none in range. */
export function toPrice(value: unknown): number | null {
  const price = typeof value === 'string' && decimal.test(value) ? Number(value) : value
  return checkNumber(price, priceRange).value
}

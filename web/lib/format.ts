import type { ShownCurrency } from '../../contract/shown-currencies.ts'

/** Shown where a value is not known. */
export const unknown = '–'

const minus = '−'

const sign = (value: number): string => (value < 0 ? minus : '')

// Not by `Intl`: to load its rules takes a slow phone a quarter of a second before the page can answer.
const separate = (whole: string): string => whole.replace(/\B(?=(?:\d{3})+$)/g, ',')

function group(value: number, decimals: number): string {
  const [whole = '', part] = value.toFixed(decimals).split('.')
  return part === undefined ? separate(whole) : `${separate(whole)}.${part}`
}

/** Every digit that a number has, without exponent: `0.00000412345678`. */
function plain(value: number): string {
  const [digits = '', exponent] = String(value).split('e')
  const [whole = '', part = ''] = digits.split('.')
  const shift = Number(exponent ?? 0)
  if (shift < 0) return `0.${'0'.repeat(-shift - whole.length)}${whole}${part}`
  const left = separate(whole + part.slice(0, shift).padEnd(shift, '0'))
  return part.length > shift ? `${left}.${part.slice(shift)}` : left
}

/** A number with every digit that is known: `1,234.5`; also how many there are of something: `5,000`. */
export const formatExact = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? unknown : `${sign(value)}${plain(Math.abs(value))}`

/** What `toFixed` takes, and a chart's scale of powers of ten holds exactly. */
const maxDecimals = 22

/**
 * Decimals that show a price to about 4 significant digits, never fewer than cents below a million. Around 1, where
 * stablecoins live, they are always 6, so that 0.999998 does not read as 1 and a column does not jump.
 */
function priceDecimals(price: number): number {
  if (price === 0 || price === 1) return 2
  if (price >= 0.9 && price < 1.1) return 6
  if (price >= 1) return price < 1e6 ? 2 : 0
  return Math.min(maxDecimals, Math.max(4, 3 - Math.floor(Math.log10(price))))
}

const toSubscript = (count: number): string =>
  String(count).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] ?? '')

/** Zeros after the point that are written out. */
const maxZeros = 8

/** Digits with more zeros after the point than that count them: `0.0₁₄1235` for 0.000000000000001235. */
function countZeros(digits: string): string {
  const [, zeros = '', rest = ''] = /^0\.(0*)(\d*)$/.exec(digits) ?? []
  if (zeros.length <= maxZeros) return digits
  return rest === '' ? '0' : `0.0${toSubscript(zeros.length)}${rest}`
}

export const symbols: Readonly<Record<ShownCurrency, string>> = {
  usd: '$',
  eur: '€',
  gbp: '£',
  jpy: '¥',
  btc: '₿',
  eth: 'Ξ',
}

/** A yen has no hundredths: from so many on, prices have no decimals. */
const wholeYen = 100
/** The smallest part of a bitcoin. */
const satoshi = 1e-8
const satoshiDecimals = 8

/** As `priceDecimals`, by the habits of a currency. Prices below a hundred satoshi keep their digits. */
function currencyDecimals(price: number, currency: ShownCurrency): number {
  if (currency === 'jpy' && price >= wholeYen) return 0
  const isCoin = currency === 'btc' || currency === 'eth'
  if (!isCoin || price === 0 || price < 100 * satoshi) return priceDecimals(price)
  return price < 1 ? Math.min(satoshiDecimals, priceDecimals(price) + 2) : Math.max(4, priceDecimals(price))
}

/**
 * A price to about 4 significant digits, without exponent: `$64,130.10`, `¥9,876,543`, `₿0.015432`, `$0.0₁₄1235`; from a
 * billion on abbreviated: `$1.23B`.
 */
export function formatPrice(price: number | null, currency: ShownCurrency = 'usd'): string {
  if (price === null || !Number.isFinite(price)) return unknown
  const size = Math.abs(price)
  const digits = size >= 1e9 ? compact(size) : countZeros(group(size, currencyDecimals(size, currency)))
  return `${sign(price)}${symbols[currency]}${digits}`
}

/** A price with every digit that is known, without exponent: `$0.00000412345678`. */
export function formatExactPrice(price: number | null, currency: ShownCurrency = 'usd'): string {
  if (price === null || !Number.isFinite(price)) return unknown
  return `${sign(price)}${symbols[currency]}${plain(Math.abs(price))}`
}

/** Decimals that tell the prices of a chart apart: about 4 digits of the largest, and enough to split the range. */
export function toAxisDecimals(low: number, high: number): number {
  const range = high - low
  const split = range > 0 ? 2 - Math.floor(Math.log10(range)) : 0
  return Math.min(maxDecimals, Math.max(priceDecimals(Math.abs(high)), split))
}

/** A price with a fixed number of decimals, for columns and axes where all have the same: `71,404.35`. */
export const formatFixed = (price: number, decimals: number): string =>
  `${sign(price)}${countZeros(group(Math.abs(price), decimals))}`

const units = [
  [1e15, 'Q'],
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const

function compact(size: number): string {
  const [unit, letter] = units.find(([from]) => size >= from * 0.99995) ?? [1, '']
  const scaled = size / unit
  return `${group(scaled, scaled >= 100 ? 1 : 2)}${letter}`
}

/** A large amount with three or four significant digits: `$2.31T`, `€845.2M`. */
export function formatAmount(amount: number | null, currency: ShownCurrency): string {
  if (amount === null || !Number.isFinite(amount)) return unknown
  return `${sign(amount)}${symbols[currency]}${compact(Math.abs(amount))}`
}

/** A large amount in USD with three or four significant digits: `$2.31T`, `$845.2M`. */
export const formatCompactUsd = (amount: number | null): string => formatAmount(amount, 'usd')

/** A large number of units with three or four significant digits: `19.90M`. */
export function formatCompact(amount: number | null): string {
  if (amount === null || !Number.isFinite(amount)) return unknown
  return `${sign(amount)}${compact(Math.abs(amount))}`
}

/** From so many percent on decimals are left out, and from a hundred times as many on it is abbreviated. */
const wholePct = 1000

/** A size in percent that keeps to about seven characters: `5.20%`, `12,346%`, `123M%`, `1.23e18%`. */
function percent(size: number, decimals: number): string {
  if (size < wholePct) return `${group(size, decimals)}%`
  if (size < 100 * wholePct) return `${group(size, 0)}%`
  const [unit, letter] = units.find(([from]) => size >= from * 0.9995) ?? [1, '']
  if (size >= 1e18) return `${size.toExponential(2).replace('e+', 'e')}%`
  const scaled = size / unit
  return `${group(scaled, scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)}${letter}%`
}

const plus = (value: number): string => (value > 0 ? '+' : sign(value))

/** A change in percent with its sign: `+5.20%`, `−0.31%`; a huge one is abbreviated: `+123M%`. */
export function formatPct(pct: number | null, decimals = 2): string {
  if (pct === null || !Number.isFinite(pct)) return unknown
  const rounded = Number(pct.toFixed(decimals))
  return `${plus(rounded)}${percent(Math.abs(rounded), decimals)}`
}

/** A change in percent with every digit, where `formatPct` leaves some of the whole ones out; else undefined. */
export const toExactPct = (pct: number | null): string | undefined =>
  pct === null || !Number.isFinite(pct) || Math.abs(pct) < wholePct ? undefined : `${plus(pct)}${plain(Math.abs(pct))}%`

/** A fraction as percent, without a sign: `57.3%` for 0.573. */
export const formatFraction = (fraction: number | null, decimals = 2): string =>
  fraction === null || !Number.isFinite(fraction)
    ? unknown
    : `${sign(fraction)}${percent(Math.abs(fraction) * 100, decimals)}`

/** A fraction as percent with its sign: `−57.3%` for -0.573. */
export const formatSignedFraction = (fraction: number | null, decimals = 2): string =>
  formatPct(fraction === null ? null : fraction * 100, decimals)

/** A ratio with its sign: `+0.87`, `−1.20`. */
export function formatRatio(ratio: number | null): string {
  return formatPct(ratio).replace('%', '')
}

/** A correlation: `0.87`, `−0.12`. */
export const formatCorrelation = (value: number): string => {
  const text = Math.abs(value).toFixed(2)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** A share in percent, without a sign: `58.31%`. */
export function formatShare(pct: number | null): string {
  if (pct === null) return unknown
  const rounded = Number(pct.toFixed(2))
  return `${sign(rounded)}${group(Math.abs(rounded), 2)}%`
}

/** A change of a share in percentage points: `+0.18 pp`. */
export const formatPoints = (points: number | null): string =>
  points === null ? unknown : formatPct(points).replace('%', ' pp')

export type Direction = 'up' | 'down' | 'flat' | 'unknown'

/** Which way a change points at the precision that is shown. */
export function toDirection(pct: number | null): Direction {
  if (pct === null) return 'unknown'
  const rounded = Number(pct.toFixed(2))
  return rounded > 0 ? 'up' : rounded < 0 ? 'down' : 'flat'
}

/** How long ago: `0.4 s`, `18 s`, `3 min`, `2 h`, `4 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** An instant as a clock shows it in UTC: `2026-11-24 14:35:00`. */
export const toClock = (instant: string | number): string =>
  new Date(instant).toISOString().slice(0, 19).replace('T', ' ')

/** The time of day of an instant: `09:50:00 UTC`. */
export const formatTime = (instant: string | number): string => `${toClock(instant).slice(11)} UTC`

export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** The UTC day of an instant: `24 Nov 2026`. */
export function formatDay(instant: string | number): string {
  const [year, month, day] = toClock(instant).slice(0, 10).split('-').map(Number)
  return `${day} ${months[(month ?? 1) - 1]} ${year}`
}

/** An instant to the minute, in UTC: `24 Nov 2026 14:35`. */
export const formatMinute = (instant: string | number): string =>
  `${formatDay(instant)} ${toClock(instant).slice(11, 16)}`

/** Precision of an instant: `14:35`, `25 Nov 14:35`, `25 Nov 14:35:07`. */
export type Precision = 'time' | 'minute' | 'second'

/** An instant in UTC without its year. */
export function formatMoment(instant: string | number, precision: Precision = 'minute'): string {
  const clock = toClock(instant)
  const time = clock.slice(11, 16)
  if (precision === 'time') return time
  const [month, day] = [Number(clock.slice(5, 7)), Number(clock.slice(8, 10))]
  return `${day} ${months[month - 1]} ${precision === 'second' ? clock.slice(11) : time}`
}

/** An instant in full, in UTC: `2026-11-25 13:35:07 UTC`. */
export const formatUtc = (instant: string | number): string => `${toClock(instant)} UTC`

const two = (count: number): string => String(count).padStart(2, '0')

/** How long something took: `40 ms`, `3.2 s`, `48 s`, `2 min 05 s`, `1 h 12 min`. */
export function formatDuration(seconds: number): string {
  const size = Math.max(0, seconds)
  if (size < 0.9995) return `${Math.round(size * 1000)} ms`
  if (size < 9.95) return `${size.toFixed(1)} s`
  const whole = Math.round(size)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(size / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** Shown where a value is not known. */
export const unknown = '–'

const minus = '−'

const sign = (value: number): string => (value < 0 ? minus : '')

const group = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })

/** Decimals that show a price to about 4 significant digits, never fewer than cents. */
function priceDecimals(price: number): number {
  if (price >= 1) return 2
  if (price === 0) return 2
  return Math.min(14, Math.max(4, 3 - Math.floor(Math.log10(price))))
}

/** A price in USD from 0.00000001 to 100,000, without exponent: `$64,130.10`, `$0.00001432`. */
export function formatPrice(price: number | null): string {
  if (price === null || !Number.isFinite(price)) return unknown
  const size = Math.abs(price)
  return `${sign(price)}$${group(size, priceDecimals(size))}`
}

const units = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const

/** A large amount in USD with three or four significant digits: `$2.31T`, `$845M`. */
export function formatCompactUsd(amount: number | null): string {
  if (amount === null || !Number.isFinite(amount)) return unknown
  const size = Math.abs(amount)
  const [unit, letter] = units.find(([from]) => size >= from * 0.99995) ?? [1, '']
  const scaled = size / unit
  return `${sign(amount)}$${group(scaled, scaled >= 100 ? 1 : 2)}${letter}`
}

/** A change in percent with its sign: `+5.20 %`, `−0.31 %`. */
export function formatPct(pct: number | null, decimals = 2): string {
  if (pct === null || !Number.isFinite(pct)) return unknown
  const rounded = Number(pct.toFixed(decimals))
  const mark = rounded > 0 ? '+' : rounded < 0 ? minus : ''
  return `${mark}${group(Math.abs(rounded), decimals)} %`
}

/** A share in percent, without a sign: `58.31 %`. */
export const formatShare = (pct: number | null): string => (pct === null ? unknown : `${group(pct, 2)} %`)

/** A change of a share in percentage points: `+0.18 pp`. */
export const formatPoints = (points: number | null): string =>
  points === null ? unknown : formatPct(points).replace('%', 'pp')

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

/** The time of day of an instant in UTC: `09:50:00 UTC`. */
export const formatTime = (instant: string): string => `${new Date(instant).toISOString().slice(11, 19)} UTC`

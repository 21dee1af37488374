import { filterBounds } from '../../../contract/lists.ts'

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 }

/** The number in a text such as `1,000`, `10M` or `-2.5`; null for an empty text, undefined for any other. */
export function parseAmount(text: string): number | null | undefined {
  const plain = text
    .trim()
    .replace('−', '-')
    .replace(/[$%,\s]/g, '')
    .toLowerCase()
  if (plain === '') return null
  const [, digits, unit = ''] = /^(-?\d+(?:\.\d+)?)([kmbt]?)$/.exec(plain) ?? []
  if (digits === undefined) return undefined
  const amount = Number(digits) * (units[unit] ?? 1)
  return Math.abs(amount) <= filterBounds.maximum ? amount : undefined
}

/** A number as such a text, with the largest unit that keeps it exact. */
export function formatAmount(amount: number | null): string {
  if (amount === null) return ''
  for (const unit of ['t', 'b', 'm', 'k']) {
    const scaled = amount / (units[unit] ?? 1)
    if (Math.abs(scaled) >= 1 && Number(scaled.toFixed(3)) === scaled) return `${scaled}${unit.toUpperCase()}`
  }
  return String(amount)
}

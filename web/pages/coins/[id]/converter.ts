import { formatExact } from '../../../lib/format.ts'

/** An amount that someone typed, with `,` between thousands: `1,234.5`; null when it is not a number of 0 or more. */
export function parseAmount(text: string): number | null {
  const plain = text.trim().replace(/,(?=\d{3}(?:\D|$))/g, '')
  return /^(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null
}

const digits = 8

/** A converted amount as text for an input: 8 significant digits; cents from 1 on. Empty when there is none. */
export function toInputText(amount: number | null): string {
  if (amount === null || !Number.isFinite(amount)) return ''
  const rounded = amount >= 1 ? Number(amount.toFixed(amount >= 1e6 ? 2 : 4)) : Number(amount.toPrecision(digits))
  return formatExact(rounded)
}

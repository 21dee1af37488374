import { isIP } from 'node:net'
import { AppError } from '../errors.ts'

const maxEmailLength = 254
const emailForm = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u

/**
 * An email normalized for lookup: Unicode form NFKC, trimmed, lower case. `Ａda@Example.org` equals `ada@example.org`.
 * Undefined: not an email.
 */
export function toEmail(text: string): string | undefined {
  const email = text.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
  return text.isWellFormed() && email.length <= maxEmailLength && emailForm.test(email) ? email : undefined
}

/** Like `toEmail`, but throws `unprocessable` for an invalid email. */
export function parseEmail(text: string): string {
  const email = toEmail(text)
  if (email === undefined)
    throw new AppError('unprocessable', 'email must be an address such as ada@example.org, up to 254 characters')
  return email
}

/** A trimmed name. Null: empty. Throws `unprocessable` for control characters and over 200 characters. */
export function toFullName(text: string | null | undefined): string | null {
  const name = (text ?? '').normalize('NFC').trim()
  if (name === '') return null
  if (!name.isWellFormed() || /\p{Cc}/u.test(name) || name.length > 200)
    throw new AppError('unprocessable', 'full_name must be readable text of up to 200 characters')
  return name
}

/** The 8 groups of an IPv6 address as numbers. */
function toGroups(address: string): number[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [left, right] = [parse(head), tail === undefined ? [] : parse(tail)]
  return tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill(0), ...right]
}

const toPrefix = (address: string, { v4, v6 }: { v4: number; v6: number }): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(plain) === 4) return [...plain.split('.').slice(0, v4), ...Array(4 - v4).fill('0')].join('.')
  if (isIP(plain) !== 6) return ''
  const groups = toGroups(plain).slice(0, v6)
  return `${groups.map((group) => group.toString(16)).join(':')}::`
}

/** The unit for rate limits: an IPv4 address or an IPv6 /64, the smallest network of a customer. */
export const toCountedAddress = (address: string): string => toPrefix(address, { v4: 4, v6: 4 })

/** The /24 (IPv4) or /48 (IPv6) network of an address, too large to identify a person. Null: not an address. */
export const toNetwork = (address: string): string | null => toPrefix(address, { v4: 3, v6: 3 }) || null

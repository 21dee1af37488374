import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { listExchanges } from './exchanges.ts'

/** Thrown by the parsers below. The message says what the value must be. */
export class BadValue extends Error {}

export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max)
      throw new BadValue(`must be a whole number from ${min} to ${max}`)
    return value
  }

export const decimal =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isFinite(value) || value < min || value > max)
      throw new BadValue(`must be a number from ${min} to ${max}`)
    return value
  }

export const oneOf =
  <const T extends string>(names: readonly T[]) =>
  (text: string): T => {
    const found = names.find((name) => name === text.trim().toLowerCase())
    if (found === undefined) throw new BadValue(`must be one of ${names.join(', ')}`)
    return found
  }

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export const listOf =
  <const T extends string>(names: readonly T[]) =>
  (text: string): T[] => {
    const parse = oneOf(names)
    return [...new Set(list(text).map(parse))]
  }

export const url =
  (...protocols: string[]) =>
  (text: string): string | null => {
    if (text === '') return null
    const parsed = URL.parse(text)
    if (parsed === null || !protocols.includes(parsed.protocol))
      throw new BadValue(`must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`)
    return text.replace(/\/+$/, '')
  }

/** URLs of nodes, separated by commas, that share user, password and encryption. */
export const redisUrls = (text: string): string[] => {
  const parts = text.split(/,(?=\s*\w+:\/\/)/)
  const urls = parts.flatMap((part) => url('redis:', 'rediss:')(part.trim().replace(/,$/, '')) ?? [])
  const nodes = urls.map((each) => new URL(each))
  if (nodes.some(({ hostname }) => hostname === '' || hostname.includes(',')))
    throw new BadValue('must list complete URLs such as redis://a:6379,redis://b:6379')
  const shared = new Set(nodes.map(({ protocol, username, password }) => `${protocol}//${username}:${password}`))
  if (shared.size > 1) throw new BadValue('must list nodes with the same protocol, user and password')
  return urls
}

/** Braces would change the hash slot of the keys. */
export const redisPrefix = (text: string): string => {
  if (!/^[\w:.-]{0,64}$/.test(text)) throw new BadValue('may have up to 64 letters, digits and the characters _ : . -')
  return text
}

/** As with curl, `http://` is optional. */
export const proxy = (text: string): string | null =>
  url('http:', 'https:')(/^$|:\/\//.test(text) ? text : `http://${text}`)

export const origins = (text: string): string[] =>
  list(text).map((part) => {
    const origin = URL.parse(part)?.origin
    if (origin === undefined || origin === 'null' || origin !== part.replace(/\/$/, ''))
      throw new BadValue(`must list origins such as https://example.org ("${part}" is not an origin)`)
    return origin
  })

const minSecretBytes = 32
const minDistinctCharacters = 10
const placeholder =
  /change.?me|change.?this|place.?holder|example|secret|password|insert|replace|default|generate|[<>]/i

/** Why a secret is too weak, without quoting it. Undefined: strong enough. */
export function findWeakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < minSecretBytes) return `has fewer than ${minSecretBytes} bytes`
  if (placeholder.test(secret)) return 'is a placeholder'
  if (new Set(secret).size < minDistinctCharacters)
    return `has fewer than ${minDistinctCharacters} different characters`
  return undefined
}

export const secrets = (text: string): string[] =>
  list(text).map((secret, index) => {
    const weakness = findWeakness(secret)
    if (weakness !== undefined)
      throw new BadValue(
        `must hold random secrets, but number ${index + 1} ${weakness}. Create one with \`openssl rand -base64 48\``,
      )
    return secret
  })

export const token = (text: string): string | null => (text === '' ? null : (secrets(text)[0] ?? null))

export const hostNames = (text: string): string[] =>
  list(text).map((part) => {
    const name = part.toLowerCase()
    if (URL.parse(`http://${name}`)?.host !== name || name.includes(':'))
      throw new BadValue(`must list host names such as crypto.example.org ("${part}" is not a host name)`)
    return name
  })

export const addresses = (text: string): string[] =>
  list(text).map((part) => {
    const [address = '', bits, ...more] = part.split('/')
    const maxBits = isIP(address) === 6 ? 128 : 32
    if (
      isIP(address) === 0 ||
      more.length > 0 ||
      (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= maxBits))
    )
      throw new BadValue(`must list addresses or networks such as 10.0.0.0/8 ("${part}" is neither)`)
    return part
  })

export const optional = (text: string): string | null => (text === '' ? null : text)

export const directory = (text: string): string => {
  if (text === '') throw new BadValue('must be a folder')
  return resolve(text)
}

export const streamSources = (text: string): string[] => {
  const names = [...new Set(list(text).map((name) => name.toLowerCase()))]
  const unknown = names.filter((name) => name !== 'coincap' && !listExchanges().includes(name))
  if (unknown.length > 0)
    throw new BadValue(`must list sources such as coincap, binance, coinbase, kraken (unknown: ${unknown.join(', ')})`)
  return names
}

const usualExchanges = ['binance', 'coinbase', 'kraken']

/** `none`: an empty list. The files of ccxt are read for other exchanges only. */
export const candleExchanges = (text: string): string[] => {
  const names = [...new Set(list(text).map((name) => name.toLowerCase()))]
  if (names.length === 1 && names[0] === 'none') return []
  const unknown = names.filter((name) => !usualExchanges.includes(name) && !listExchanges().includes(name))
  if (unknown.length > 0)
    throw new BadValue(
      `must list exchanges such as binance, coinbase, kraken, or be none (unknown: ${unknown.join(', ')})`,
    )
  return names
}

/** A list separated by commas or whitespace. */
export const words = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')

/** The URL with the password, escaped. Undefined without a URL, or when it has another password. */
export function withPassword(address: string | null, password: string | null): string | null | undefined {
  if (password === null) return address
  const parsed = address === null ? null : URL.parse(address)
  const escaped = encodeURIComponent(password)
  if (parsed === null || (parsed.password !== '' && parsed.password !== escaped)) return undefined
  parsed.password = escaped
  return parsed.href
}

export type Setting<T> = { fallback: string; about: string; parse: (text: string) => T }

export const setting = <T>(fallback: string, parse: (text: string) => T, about: string): Setting<T> => ({
  fallback,
  about,
  parse,
})

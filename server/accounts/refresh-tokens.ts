import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'

const secretBytes = 32
const familyBytes = 16
const form = /^[A-Za-z0-9_-]{64}$/

/** A refresh token: the family that it belongs to, and 256 bits that only its holder knows. */
export type RefreshToken = { family: string; secret: Buffer }

export const createRefreshToken = (): RefreshToken => ({ family: randomUUID(), secret: randomBytes(secretBytes) })

export const createNonce = (): Buffer => randomBytes(secretBytes)

/** The token that follows another one: it can be found again from the token and the nonce, and from neither alone. */
export const toSuccessor = ({ family, secret }: RefreshToken, nonce: Buffer): RefreshToken => ({
  family,
  secret: createHmac('sha256', secret).update(nonce).digest(),
})

/** What is stored of a token. It has 256 random bits, so a fast hash is enough. */
export const hashRefreshToken = ({ secret }: RefreshToken): Buffer => createHash('sha256').update(secret).digest()

/** The token as its cookie carries it: 64 characters. */
export const writeRefreshToken = ({ family, secret }: RefreshToken): string =>
  Buffer.concat([Buffer.from(family.replaceAll('-', ''), 'hex'), secret]).toString('base64url')

/** Reads a token; undefined when the text is none. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  if (!form.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  const hex = bytes.toString('hex', 0, familyBytes)
  const family = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { family, secret: bytes.subarray(familyBytes) }
}

import { createHash, createHmac, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'

const algorithm = 'HS256'
const type = 'at+jwt'
const audience = 'cryptoflow'
const lifetimeSeconds = 600
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type Key = { kid: string; secret: Buffer }

const toKey = (text: string): Key => ({
  kid: createHash('sha256').update(`kid ${text}`).digest('base64url').slice(0, 12),
  secret: Buffer.from(text),
})

/** Whom an access token speaks for. */
export type Bearer = { userId: number; sessionId: string }

const refuse = (): AppError => new AppError('unauthorized', 'Invalid token: sign in again')

/** One way to write each token: a signature whose last character has spare bits set is another text, and no token. */
const isCanonical = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)

/** Signs and verifies access tokens: JWT, HS256, 10 minutes. The first secret signs, all verify, each under its `kid`. */
export class AccessTokens {
  readonly lifetimeSeconds = lifetimeSeconds
  readonly #keys: [Key, ...Key[]]
  readonly #clock: Clock

  constructor(secrets: readonly string[], clock: Clock) {
    const [first, ...others] = secrets.map(toKey)
    if (first === undefined) throw new Error('access tokens need a secret')
    this.#keys = [first, ...others]
    this.#clock = clock
  }

  sign({ userId, sessionId }: Bearer): Promise<string> {
    const [{ kid, secret }] = this.#keys
    const now = Math.floor(this.#clock.now() / 1000)
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: type, kid })
      .setSubject(String(userId))
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(secret)
  }

  /** Whom a token speaks for; throws `unauthorized` for one that is not ours, not whole, or not valid any more. */
  async verify(token: string): Promise<Bearer> {
    if (!isCanonical(token)) throw refuse()
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#find(kid), {
        algorithms: [algorithm],
        typ: type,
        audience,
        requiredClaims: ['exp', 'sub', 'jti', 'aud', 'sid'],
        currentDate: new Date(this.#clock.now()),
      })
      const { sub = '', sid } = payload
      if (!/^[1-9]\d{0,8}$/.test(sub) || typeof sid !== 'string' || !uuid.test(sid)) throw refuse()
      return { userId: Number(sub), sessionId: sid }
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw refuse()
      throw error
    }
  }

  #find(kid: string | undefined): Buffer {
    const key = this.#keys.find((one) => one.kid === kid)
    if (key === undefined) throw refuse()
    return key.secret
  }

  /** A key for what must not be told from its hash, of no use for tokens. */
  deriveKey(purpose: string): Buffer {
    return createHmac('sha256', this.#keys[0].secret).update(purpose).digest()
  }
}

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { passwordLength } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { isCommonPassword } from './common-passwords.ts'
import { HashQueue } from './hash-queue.ts'

const saltBytes = 16
const tagBytes = 32

/** Parameters of argon2id: memory in KiB, passes, lanes. */
export type HashCost = { memory: number; passes: number; parallelism: number }

export const defaultCost: HashCost = { memory: 19_456, passes: 2, parallelism: 1 }

const phcForm = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const toBase64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

type Parts = { cost: HashCost; salt: Buffer; tag: Buffer }

function parsePhc(hash: string): Parts {
  const [, memory, passes, parallelism, salt = '', tag = ''] = phcForm.exec(hash) ?? []
  if (tag === '') throw new Error('The stored password hash is not argon2id in PHC format.')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

const derive = (password: string, { cost, salt }: Pick<Parts, 'cost' | 'salt'>, tagLength: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const message = password.normalize('NFKC')
    argon2('argon2id', { message, nonce: salt, tagLength, ...cost }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    )
  })

/** Throws `unprocessable` for an invalid or weak password. */
export function assertGoodPassword(password: string, email: string): void {
  const text = password.normalize('NFKC')
  const length = [...text].length
  if (!password.isWellFormed() || text.includes('\0'))
    throw new AppError('unprocessable', 'The password must be valid text')
  if (length < passwordLength.min || length > passwordLength.max)
    throw new AppError(
      'unprocessable',
      `The password must have ${passwordLength.min} to ${passwordLength.max} characters`,
    )
  const lower = text.toLowerCase()
  if (lower === email || lower === email.split('@')[0] || isCommonPassword(text))
    throw new AppError('unprocessable', 'This password is too easy to guess. Choose another one.')
}

/**
 * Hashes and verifies passwords with argon2id, off the main thread, up to two at once. Throws `unavailable` when the
 * queue is full. Compares passwords in Unicode form NFKC.
 */
export class Passwords {
  readonly #cost: HashCost
  readonly #queue: HashQueue
  readonly #dummyHash: Promise<string>

  constructor(cost: HashCost = defaultCost, queue = new HashQueue()) {
    this.#cost = cost
    this.#queue = queue
    this.#dummyHash = this.hash(randomBytes(tagBytes).toString('base64'))
    this.#dummyHash.catch(() => undefined)
  }

  /** The hash in PHC format: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
  hash(password: string): Promise<string> {
    const { memory, passes, parallelism } = this.#cost
    const salt = randomBytes(saltBytes)
    return this.#queue.run(async () => {
      const tag = await derive(password, { cost: this.#cost, salt }, tagBytes)
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toBase64(salt)}$${toBase64(tag)}`
    })
  }

  /** Does the password match the hash? Without a hash: false, after the same work. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const parts = parsePhc(hash ?? (await this.#dummyHash))
    return this.#queue.run(async () => {
      const tag = await derive(password, parts, parts.tag.length)
      return timingSafeEqual(tag, parts.tag) && hash !== undefined
    })
  }

  /** Does this hash have another cost than the current one? */
  isOutdated(hash: string): boolean {
    const { cost } = parsePhc(hash)
    const { memory, passes, parallelism } = this.#cost
    return cost.memory !== memory || cost.passes !== passes || cost.parallelism !== parallelism
  }
}

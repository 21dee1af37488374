import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from './errors.ts'

const version = 1
const keyIdBytes = 4
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + keyIdBytes + nonceBytes

type VaultKey = { id: Buffer; key: Buffer }

const derive = (secret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, bytes))

/**
 * Encrypts secrets for the database with AES-256-GCM. A sealed text opens only in its own context, such as a column with
 * the account, so that a copied row opens nowhere. The first key seals, every key opens.
 *
 * Layout: version (1 byte), key id (4), nonce (12), tag (16), ciphertext.
 */
export class Vault {
  readonly #keys: VaultKey[]

  constructor(secrets: readonly string[]) {
    this.#keys = secrets.map((secret) => ({
      id: derive(secret, 'cryptoflow key id', keyIdBytes),
      key: derive(secret, 'cryptoflow encryption', 32),
    }))
  }

  seal(text: string, context: string): Buffer {
    const [first] = this.#keys
    if (first === undefined) throw new Error('no encryption key')
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', first.key, nonce)
    cipher.setAAD(Buffer.from(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(version), first.id, nonce, cipher.getAuthTag(), sealed])
  }

  /** Throws `unavailable` when no key fits. */
  open(sealed: Buffer, context: string): string {
    const id = sealed.subarray(1, 1 + keyIdBytes)
    const found = sealed[0] === version ? this.#keys.find((key) => key.id.equals(id)) : undefined
    try {
      if (found === undefined) throw new Error('unknown key')
      const decipher = createDecipheriv('aes-256-gcm', found.key, sealed.subarray(1 + keyIdBytes, headBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(sealed.subarray(headBytes, headBytes + tagBytes))
      const text = decipher.update(sealed.subarray(headBytes + tagBytes))
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    } catch (cause) {
      throw new AppError(
        'unavailable',
        "Can't decrypt this secret. Give all processes the ENCRYPTION_KEYS with which it was stored, or store it again.",
        { cause },
      )
    }
  }
}

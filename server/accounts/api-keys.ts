import { createHash, randomBytes } from 'node:crypto'
import type { ApiKey, ApiKeyScope, CreatedApiKey, NewApiKey } from '../../contract/api-keys.ts'
import { administratorScopes, apiKeyScopes } from '../../contract/lists.ts'
import { AppError } from '../errors.ts'
import { deleteApiKey, findApiKey, insertApiKey, type KeyCaller, listApiKeys } from '../warehouse/api-keys.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import type { Caller } from '../warehouse/sessions.ts'
import { toNetwork } from './identity.ts'

const keyBytes = 32
const prefixLength = 11
const maxKeysPerUser = 50
const keyForm = /^cf_[\w-]{43}$/

/** Does a text claim to be a key of CryptoFlow? */
export const isApiKey = (text: string): boolean => text.startsWith('cf_')

/** A fast hash is safe because a key has 256 random bits. */
const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest()

/** Who acts: the account of a request with its address, or the command line. */
type Actor = { actorId: number | null; address: string | null }

const toAudit = ({ actorId, address }: Actor, details: Record<string, unknown>) => ({
  actorId,
  network: address === null ? null : toNetwork(address),
  details: { ...details, ...(actorId === null ? { by: 'command line' } : {}) },
})

/** Creates, finds, lists and revokes API keys. All methods throw `AppError`s. */
export class ApiKeys {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** Creates a key of an account. Throws `forbidden` for scopes that its owner may not have. */
  async create(owner: Pick<Caller, 'id' | 'role'>, wanted: NewApiKey, actor: Actor): Promise<CreatedApiKey> {
    const name = wanted.name.normalize('NFC').trim()
    if (name === '' || !name.isWellFormed() || /\p{Cc}/u.test(name))
      throw new AppError('unprocessable', 'name must be readable text of 1 to 80 characters')
    const scopes = apiKeyScopes.filter((scope) => wanted.scopes.includes(scope))
    const denied = scopes.filter((scope) => administratorScopes.includes(scope))
    if (owner.role !== 'administrator' && denied.length > 0)
      throw new AppError('forbidden', `Only administrators create keys with the scope ${denied.join(' or ')}.`)
    const key = `cf_${randomBytes(keyBytes).toString('base64url')}`
    const row = {
      userId: owner.id,
      name,
      prefix: key.slice(0, prefixLength),
      keyHash: hashKey(key),
      scopes,
      requests_per_minute: wanted.requests_per_minute ?? null,
    }
    return this.#db.transaction().execute(async (tx) => {
      const created = await insertApiKey(tx, row, maxKeysPerUser)
      if (created === undefined)
        throw new AppError('conflict', `This account has ${maxKeysPerUser} keys. Revoke one first.`)
      const details = { prefix: row.prefix, scopes }
      await insertAudit(tx, { action: 'api_key_created', userId: owner.id, ...toAudit(actor, details) })
      return { ...created, key }
    })
  }

  /** The key of a request with its owner. Throws `unauthorized` for an unknown key. */
  async find(key: string): Promise<KeyCaller> {
    const found = keyForm.test(key) ? await findApiKey(this.#db, hashKey(key)) : undefined
    if (found === undefined)
      throw new AppError('unauthorized', 'This API key is unknown or revoked. Create one on the Account page.')
    return found
  }

  list(userId: number): Promise<ApiKey[]> {
    return listApiKeys(this.#db, userId)
  }

  /** Revokes a key: of one account, or of any (null). Throws `not_found` when there is no such key. */
  async revoke(userId: number | null, id: string, actor: Actor): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const revoked = await deleteApiKey(tx, id, userId)
      if (revoked === undefined) throw new AppError('not_found', 'No such API key. It may be revoked already.')
      const { user_id, prefix } = revoked
      await insertAudit(tx, { action: 'api_key_revoked', userId: user_id, ...toAudit(actor, { prefix }) })
    })
  }
}

/** May a key use a scope? Administrator scopes need an owner who is an administrator now. */
export const hasScope = ({ scopes, owner }: KeyCaller, scope: ApiKeyScope): boolean =>
  scopes.includes(scope) && (owner.role === 'administrator' || !administratorScopes.includes(scope))

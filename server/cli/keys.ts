import { Value } from 'typebox/value'
import { NewApiKey } from '../../contract/api-keys.ts'
import { apiKeyScopes } from '../../contract/lists.ts'
import { ApiKeys } from '../accounts/api-keys.ts'
import { parseEmail } from '../accounts/identity.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { listOf } from '../setting-types.ts'
import { listAllApiKeys } from '../warehouse/api-keys.ts'
import { findUserByEmail } from '../warehouse/users.ts'
import { withWarehouse } from './jobs.ts'
import { answer, toInteger } from './terminal.ts'

const usage =
  'npx cryptoflow key create EMAIL [--name NAME --scope read,export,sql,jobs --limit REQUESTS_PER_MINUTE] | list | revoke ID'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const byCommandLine = { actorId: null, address: null }

type KeyOptions = { name: string | null; scope: string; limit: string | null }

function toNewKey({ name, scope, limit }: KeyOptions): NewApiKey {
  const wanted = {
    name: name ?? 'Command line',
    scopes: toScopes(scope),
    requests_per_minute: limit === null ? null : toInteger('limit', limit, 1_000_000),
  }
  const [problem] = Value.Errors(NewApiKey, wanted)
  if (problem !== undefined)
    throw new AppError('bad_request', `--${problem.instancePath.split('/')[1]} ${problem.message}. Usage: ${usage}`)
  return wanted
}

function toScopes(text: string): NewApiKey['scopes'] {
  try {
    return listOf(apiKeyScopes)(text)
  } catch {
    throw new AppError('bad_request', `--scope must list ${apiKeyScopes.join(', ')} (got "${text}").`)
  }
}

async function create(config: Config, email: string, options: KeyOptions): Promise<void> {
  const wanted = toNewKey(options)
  await withWarehouse(config, async ({ db }) => {
    const owner = await findUserByEmail(db, parseEmail(email))
    if (owner === undefined)
      throw new AppError('not_found', `No account has the email ${email}. See \`npx cryptoflow user list\`.`)
    const created = await new ApiKeys(db).create(owner, wanted, byCommandLine)
    answer(
      [`  ${created.key}`, `  Scopes: ${created.scopes.join(', ')}. Store the key now: it is not shown again.`],
      created,
    )
  })
}

const list = (config: Config): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const keys = await listAllApiKeys(db)
    const row = (...cells: string[]) =>
      `  ${cells.map((cell, index) => cell.padEnd([36, 11, 20, 16][index] ?? 0)).join(' ')}`
    const lines = keys.map(({ id, prefix, scopes, last_used_at, email, name }) =>
      row(id, prefix, scopes.join(','), last_used_at?.slice(0, 16).replace('T', ' ') ?? 'never', `${email}: ${name}`),
    )
    answer([row('ID', 'KEY', 'SCOPES', 'LAST USED (UTC)', 'ACCOUNT: NAME'), ...lines], keys)
  })

async function revoke(config: Config, id: string): Promise<void> {
  if (!uuid.test(id)) throw new AppError('bad_request', 'ID must be one of `npx cryptoflow key list`.')
  await withWarehouse(config, ({ db }) => new ApiKeys(db).revoke(null, id, byCommandLine))
  answer(`  Revoked the API key ${id}`, { id, revoked: true })
}

/** `cryptoflow key ...`: manages API keys from the server's command line. */
export async function manageKeys(
  config: Config,
  [command, subject]: readonly string[],
  options: KeyOptions,
): Promise<void> {
  if (command === 'list') return list(config)
  if (command !== 'create' && command !== 'revoke')
    throw new AppError('bad_request', `Command missing. Usage: ${usage}`)
  if (subject === undefined)
    throw new AppError('bad_request', `${command === 'create' ? 'Email' : 'ID'} missing. Usage: ${usage}`)
  return command === 'create' ? create(config, subject, options) : revoke(config, subject)
}

import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { findWeakness } from '../setting-types.ts'

const secretBytes = 32
const readableByOthers = 0o077

type SecretsSource = {
  given: readonly string[]
  dataDir: string
  /** The name of the file in `dataDir`. */
  file?: 'auth-secrets' | 'encryption-keys'
}

/**
 * The configured secrets, or those of a file in `dataDir`, one per line. Creates a missing file with a random secret.
 * Throws an `AppError` that lists the problems of the file.
 */
export function loadSecrets({ given, dataDir, file: name = 'auth-secrets' }: SecretsSource): string[] {
  if (given.length > 0) return [...given]
  const file = join(dataDir, name)
  createOnce(dataDir, file)
  const secrets = readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((line) => line !== '')
  const problems = secrets.flatMap((secret, index) => {
    const weakness = findWeakness(secret)
    return weakness === undefined ? [] : [`line ${index + 1} ${weakness}`]
  })
  if (secrets.length === 0) problems.push('it is empty')
  if ((statSync(file).mode & readableByOthers) !== 0) problems.push('other users can read it: run `chmod 600` on it')
  if (problems.length > 0)
    throw new AppError(
      'bad_request',
      `${file} is invalid. Correct it, or delete it to create a new one:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
  return secrets
}

/** Creates the file atomically: when processes start simultaneously, only one creates it. */
function createOnce(dataDir: string, file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return
  mkdirSync(dataDir, { recursive: true })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, `${randomBytes(secretBytes).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
}

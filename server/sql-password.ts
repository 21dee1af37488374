import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const passwordBytes = 24

/** The password of the role reader in `<folder>/sql-password`, which only its owner can read. Null: there is none. */
export function readSqlPassword(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'sql-password'), 'utf8').trim() || null
  } catch {
    return null
  }
}

/** The same, created when it is missing. */
export function ensureSqlPassword(folder: string): string {
  const known = readSqlPassword(folder)
  if (known !== null) return known
  const password = randomBytes(passwordBytes).toString('base64url')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'sql-password'), `${password}\n`, { mode: 0o600 })
  return password
}

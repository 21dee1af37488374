import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new data folder. Other accounts can traverse it: PostgreSQL's account must reach it when tests run as root. */
export function createDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cryptoflow-'))
  chmodSync(folder, 0o711)
  return folder
}

import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for data. Others may walk through it, so that PostgreSQL's account can when we are root. */
export function createDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cryptoflow-'))
  chmodSync(folder, 0o711)
  return folder
}

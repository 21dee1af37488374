import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'

const sqliteBusy = 5

/**
 * Locks a data folder for this process until the returned function is called or the process ends, even by `kill -9`.
 * SQLite holds a file lock of the kernel, which also works between containers. Throws `conflict` with the owner's pid.
 */
export function lockDataFolder(home: string): () => void {
  const pidFile = join(home, 'owner.pid')
  const lock = new DatabaseSync(join(home, 'owner.lock'))
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive')
    writeFileSync(pidFile, `${process.pid}\n`)
  } catch (error) {
    lock.close()
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error
    throw new AppError(
      'conflict',
      `Another CryptoFlow (pid ${readOwnerPid(pidFile)}) uses the database in ${home}. Stop it or set DATA_DIR to another folder.`,
      { cause: error },
    )
  }
  return () => {
    if (!lock.isOpen) return
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

function readOwnerPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}

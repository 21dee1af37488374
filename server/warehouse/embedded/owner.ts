import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'

const sqliteBusy = 5

/**
 * Makes this process the only owner of a home, until the returned function is called or the process ends, however it
 * ends: the lock is the operating system's, on a file that SQLite opens. Throws `conflict`, naming the owner.
 */
export function takeOwnership(home: string): () => void {
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
      `Another CryptoFlow (pid ${readOwner(pidFile)}) uses the database in ${home}: stop it, or set DATA_DIR to another folder`,
      { cause: error },
    )
  }
  return () => {
    if (!lock.isOpen) return
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

function readOwner(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}

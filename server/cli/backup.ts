import { createReadStream, createWriteStream, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import packageFacts from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import { AppError, toMessage } from '../errors.ts'
import { BackupReader, type BackupSummary, restoreBackup, writeBackup } from '../warehouse/backup.ts'
import { openWarehouse } from '../warehouse/open.ts'
import { withWarehouse } from './jobs.ts'
import { findProcess } from './state.ts'
import { answer, createTerminalLog, say } from './terminal.ts'

const needFile = (file: string | undefined, command: string): string => {
  if (file === undefined) throw new AppError('bad_request', `File missing. Usage: npx cryptoflow ${command} FILE`)
  return file
}

const total = (summary: BackupSummary): string => {
  const rows = Object.values(summary).reduce((sum, table) => sum + table.rows, 0)
  return `${rows.toLocaleString('en-US')} rows of ${Object.keys(summary).length} tables`
}

const reportTable = (table: string, rows: number): void => {
  if (rows > 0) say(`  ${table.padEnd(24)} ${rows.toLocaleString('en-US').padStart(12)} rows`)
}

/** Writes the warehouse to a new file, also while CryptoFlow is running. Deletes the file on failure. */
export async function backup(config: Config, name: string | undefined): Promise<void> {
  const file = needFile(name, 'backup')
  if (existsSync(file)) throw new AppError('conflict', `${file} already exists. Choose a new file.`)
  const draft = `${file}.partial`
  try {
    const fd = openSync(draft, 'w', 0o600)
    const summary = await withWarehouse(config, ({ pool }, mode) =>
      writeBackup(pool, [createGzip(), createWriteStream(draft, { fd, flush: true })], {
        mode,
        version: packageFacts.version,
        onTable: reportTable,
      }),
    )
    renameSync(draft, file)
    const { size: bytes } = statSync(file)
    answer(`  ${file}: ${total(summary)}, ${(bytes / 1e6).toFixed(1)} MB`, { file, bytes, tables: summary })
  } catch (error) {
    rmSync(draft, { force: true })
    throw toFileError(error, file)
  }
}

const hasCode = (error: unknown, pattern: RegExp): boolean =>
  error instanceof Error && 'code' in error && pattern.test(String(error.code))

function toFileError(error: unknown, file: string): unknown {
  if (hasCode(error, /^Z_/))
    return new AppError('bad_request', `${file} is not a backup, or is damaged or incomplete. Nothing was changed.`)
  if (hasCode(error, /^E(NOENT|ACCES|ISDIR|NOTDIR|NOSPC|ROFS|PERM)$/))
    return new AppError('bad_request', `Can't use ${file} (${toMessage(error)}).`)
  return error
}

/** Restores a backup into an empty warehouse while CryptoFlow is stopped. */
export async function restore(config: Config, name: string | undefined): Promise<void> {
  const file = needFile(name, 'restore')
  if (findProcess(config.DATA_DIR) !== undefined)
    throw new AppError(
      'conflict',
      'CryptoFlow is running on this data folder. Stop it first with `npx cryptoflow stop`.',
    )
  const source = createGunzip()
  pipeline(createReadStream(file), source, () => undefined)
  try {
    const reader = await BackupReader.open(source)
    const { mode } = reader.head
    if (config.CRYPTOFLOW_MODE !== 'auto' && config.CRYPTOFLOW_MODE !== mode)
      throw new AppError('conflict', `${file} contains ${mode} data. Set CRYPTOFLOW_MODE=${mode}.`)
    const log = createTerminalLog(config.LOG_LEVEL)
    const warehouse = await openWarehouse({ connection: config.DATABASE_URL, dataDir: config.DATA_DIR, mode, log })
    try {
      const summary = await restoreBackup(warehouse.pool, reader, { onTable: reportTable })
      answer(`  Restored ${total(summary)} into the ${mode} warehouse`, { file, mode, tables: summary })
    } finally {
      await warehouse.close()
    }
  } catch (error) {
    throw toFileError(error, file)
  } finally {
    source.destroy()
  }
}

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
  if (file === undefined) throw new AppError('bad_request', `Name a file: npx cryptoflow ${command} FILE`)
  return file
}

const total = (summary: BackupSummary): string => {
  const rows = Object.values(summary).reduce((sum, table) => sum + table.rows, 0)
  return `${rows.toLocaleString('en-US')} rows of ${Object.keys(summary).length} tables`
}

const tell = (table: string, rows: number): void => {
  if (rows > 0) say(`  ${table.padEnd(24)} ${rows.toLocaleString('en-US').padStart(12)} rows`)
}

/** Writes the warehouse into a new file; CryptoFlow may run meanwhile. A failure leaves no file. */
export async function backup(config: Config, name: string | undefined): Promise<void> {
  const file = needFile(name, 'backup')
  if (existsSync(file)) throw new AppError('conflict', `${file} exists already: name a new file`)
  const draft = `${file}.partial`
  try {
    const fd = openSync(draft, 'w', 0o600)
    const summary = await withWarehouse(config, ({ pool }, mode) =>
      writeBackup(pool, [createGzip(), createWriteStream(draft, { fd, flush: true })], {
        mode,
        version: packageFacts.version,
        onTable: tell,
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

const isOf = (error: unknown, pattern: RegExp): boolean =>
  error instanceof Error && 'code' in error && pattern.test(String(error.code))

function toFileError(error: unknown, file: string): unknown {
  if (isOf(error, /^Z_/))
    return new AppError('bad_request', `${file} is no backup, or is damaged or cut off. Nothing was changed`)
  if (isOf(error, /^E(NOENT|ACCES|ISDIR|NOTDIR|NOSPC|ROFS|PERM)$/))
    return new AppError('bad_request', `${file} cannot be used (${toMessage(error)})`)
  return error
}

/** Fills an empty warehouse, on which no CryptoFlow runs, from a file of `backup`. */
export async function restore(config: Config, name: string | undefined): Promise<void> {
  const file = needFile(name, 'restore')
  if (findProcess(config.DATA_DIR) !== undefined)
    throw new AppError('conflict', 'CryptoFlow runs on this data folder: end it with `npx cryptoflow stop` first')
  const source = createGunzip()
  pipeline(createReadStream(file), source, () => undefined)
  try {
    const reader = await BackupReader.open(source)
    const { mode } = reader.head
    if (config.CRYPTOFLOW_MODE !== 'auto' && config.CRYPTOFLOW_MODE !== mode)
      throw new AppError('conflict', `${file} holds ${mode} data: set CRYPTOFLOW_MODE=${mode}`)
    const log = createTerminalLog(config.LOG_LEVEL)
    const warehouse = await openWarehouse({ connection: config.DATABASE_URL, dataDir: config.DATA_DIR, mode, log })
    try {
      const summary = await restoreBackup(warehouse.pool, reader, { onTable: tell })
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

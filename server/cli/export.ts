import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ExportTable } from '../../contract/export.ts'
import { exportTables } from '../../contract/lists.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { type Row, writeParquet } from '../parquet.ts'
import type { Db } from '../warehouse/db.ts'
import { exportRows, findExportBounds, listCoinsToExport } from '../warehouse/export.ts'
import { tablesToExport } from '../warehouse/export-tables.ts'
import { withWarehouse } from './jobs.ts'
import { answer, say } from './terminal.ts'

type Options = { table: string; from: string | null; to: string | null; coins: string | null; out: string }
export type MonthFile = { month: string; file: string; rows: number; bytes: number }

function toTable(name: string): ExportTable {
  const table = exportTables.find((each) => each === name)
  if (table === undefined) throw new AppError('bad_request', `--table must be one of ${exportTables.join(', ')}.`)
  return table
}

function toInstant(name: string, text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new AppError('bad_request', `--${name} must be a UTC day or an instant (got "${text}").`)
  return new Date(at).toISOString()
}

/** The months of a range, each with its part of the range. */
function* listMonths(from: string, to: string): Generator<{ month: string; from: string; to: string }> {
  for (let at = from; at < to; ) {
    const day = new Date(at)
    const next = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)).toISOString()
    yield { month: at.slice(0, 7), from: at, to: next < to ? next : to }
    at = next
  }
}

async function* counted(pages: AsyncIterable<Row[]>, count: { rows: number }): AsyncGenerator<Row[]> {
  for await (const page of pages) {
    count.rows += page.length
    yield page
  }
}

/**
 * Writes a table as Parquet files, one per month: `<out>/<table>/month=2026-01/data.parquet`. A file appears once it is
 * complete, and replaces an earlier one. Months without rows have no file.
 */
export async function exportToFolder(db: Db, options: Options): Promise<MonthFile[]> {
  const table = toTable(options.table)
  const ids = options.coins?.split(',').map((id) => id.trim()) ?? null
  const coins = await listCoinsToExport(db, ids)
  if (coins.length === 0 && ids !== null) throw new AppError('not_found', '--coin names no known coin.')
  const bounds = await findExportBounds(db, table)
  if (bounds === null) return []
  const from = options.from === null ? bounds.first : toInstant('from', options.from)
  const to = options.to === null ? bounds.end : toInstant('to', options.to)
  const files: MonthFile[] = []
  for (const { month, ...range } of listMonths(from, to)) {
    const folder = join(options.out, table, `month=${month}`)
    const [file, draft] = [join(folder, 'data.parquet'), join(folder, `.draft-${process.pid}`)]
    const count = { rows: 0 }
    const rows = counted(exportRows(db, { table, coins, after: null, ...range }), count)
    mkdirSync(folder, { recursive: true })
    try {
      await pipeline(Readable.from(writeParquet(tablesToExport[table].columns, rows)), createWriteStream(draft))
      if (count.rows > 0) renameSync(draft, file)
    } finally {
      rmSync(draft, { force: true })
    }
    if (count.rows === 0) continue
    files.push({ month, file, rows: count.rows, bytes: statSync(file).size })
    say(`  ${file}: ${count.rows} rows`)
  }
  return files
}

/** `cryptoflow export`: a fact table as Hive-partitioned Parquet files. */
export const exportTable = (
  config: Config,
  options: Omit<Options, 'out' | 'table'> & { out: string | null; table: string | null },
) => {
  const { out, table } = options
  if (out === null || table === null)
    throw new AppError(
      'bad_request',
      `Usage: npx cryptoflow export --table ${exportTables.join('|')} --out FOLDER [--from DAY --to DAY --coin IDS]`,
    )
  return withWarehouse(config, async ({ db }) => {
    const files = await exportToFolder(db, { ...options, out, table })
    const [rows, bytes] = [
      files.reduce((sum, file) => sum + file.rows, 0),
      files.reduce((sum, file) => sum + file.bytes, 0),
    ]
    const each = rows === 0 ? '' : `, ${(bytes / rows).toFixed(1)} bytes per row`
    answer(`  ${rows} rows of ${table} in ${files.length} files${each}`, { table, files })
  })
}

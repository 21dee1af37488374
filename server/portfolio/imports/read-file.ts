import type { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { toMessage } from '../../errors.ts'
import { type Draft, type Format, LineError } from './draft.ts'
import { exchangeFormats } from './exchanges.ts'
import { generic, genericFields } from './generic.ts'
import { toGhostfolioDraft } from './ghostfolio.ts'
import { trackerFormats } from './trackers.ts'

const formats: readonly Format[] = [...exchangeFormats, ...trackerFormats]
const maxPreamble = 20
const maxRecordBytes = 100_000
const maxJsonBytes = 20_000_000

/** A line of a file: its transactions, or why it is refused. `line`: from 1; of JSON the number of the activity. */
export type Line = { line: number; drafts: Draft[] } | { line: number; reason: string }

export type ImportFile = {
  format: string
  /** The columns of the file. */
  columns: string[]
  /** Column by field of the generic format. */
  mapping: Record<string, string>
  lines: AsyncGenerator<Line>
}

export type ReadOptions = {
  /** Id of a format; absent: found by the columns. */
  format?: string | undefined
  /** Column by field, for the generic format. */
  mapping?: Readonly<Record<string, string>>
}

const toLine = (line: number, read: () => Draft[]): Line => {
  try {
    const drafts = read()
    if (drafts.some(({ quantity }) => !quantity.gt(0))) return { line, reason: 'The quantity is 0' }
    return { line, drafts }
  } catch (error) {
    if (error instanceof LineError) return { line, reason: error.message }
    throw error
  }
}

/**
 * Reads a file of transactions line by line, in constant memory for CSV. Finds the format by its columns, after up to 20
 * lines of preamble. Throws a `LineError` for a file that can't be read.
 */
export async function readFile(input: Readable, options: ReadOptions): Promise<ImportFile> {
  if (options.format === 'ghostfolio') return readGhostfolio(input)
  const records = readRecords(input)
  for (let index = 0; index < maxPreamble; index += 1) {
    const { value, done } = await records.next()
    if (done) break
    const columns = value.record.map((name) => name.trim().toLowerCase())
    const format = findFormat(columns, options.format)
    if (format === undefined) continue
    const mapping = format === generic ? toMapping(columns, options.mapping ?? {}) : {}
    if (format === generic && (mapping.date === undefined || mapping.quantity === undefined)) continue
    return { format: format.id, columns, mapping, lines: readLines(records, { format, columns, mapping }) }
  }
  await records.return(undefined)
  throw new LineError(
    'No line has the columns of a known format. Choose the format, or map the columns of date, type, symbol and quantity.',
  )
}

function findFormat(columns: readonly string[], wanted: string | undefined): Format | undefined {
  const isOf = ({ columns: needed }: Format) => needed.every((name) => columns.includes(name))
  if (wanted === generic.id) return generic
  return (
    formats.find((format) => isOf(format) && (wanted === undefined || format.id === wanted)) ??
    (wanted === undefined ? generic : undefined)
  )
}

/** The column of each field: the given one, else the first with a known name. */
function toMapping(columns: readonly string[], given: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [field, names] of Object.entries(genericFields)) {
    const column = given[field]?.trim().toLowerCase() ?? names.find((name) => columns.includes(name))
    if (column !== undefined && columns.includes(column)) found[field] = column
  }
  return found
}

type CsvRecord = { record: string[]; line: number }

async function* readRecords(input: Readable): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: maxRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  })
  input.on('error', (error) => parser.destroy(error))
  input.pipe(parser)
  try {
    for await (const { record, info } of parser) yield { record, line: info.lines }
  } catch (error) {
    if (error instanceof CsvError) throw new LineError(`The file is no valid CSV: ${toMessage(error)}`)
    throw error
  } finally {
    input.unpipe(parser)
    parser.destroy()
  }
}

async function* readLines(
  records: AsyncGenerator<CsvRecord>,
  { format, columns, mapping }: { format: Format; columns: string[]; mapping: Record<string, string> },
): AsyncGenerator<Line> {
  const places = new Map(columns.map((name, index) => [name, index]))
  for await (const { record, line } of records) {
    const read = (name: string): string => {
      const place = places.get(format === generic ? (mapping[name] ?? '') : name)
      return place === undefined ? '' : (record[place] ?? '').trim()
    }
    yield toLine(line, () => format.toDrafts(read))
  }
}

async function readGhostfolio(input: Readable): Promise<ImportFile> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of input) {
    bytes += (chunk as Buffer).length
    if (bytes > maxJsonBytes) throw new LineError('The JSON file is larger than 20 MB')
    chunks.push(chunk as Buffer)
  }
  const activities = parseActivities(Buffer.concat(chunks).toString())
  async function* lines(): AsyncGenerator<Line> {
    for (const [index, activity] of activities.entries()) yield toLine(index + 1, () => [toGhostfolioDraft(activity)])
  }
  return { format: 'ghostfolio', columns: [], mapping: {}, lines: lines() }
}

function parseActivities(text: string): unknown[] {
  try {
    const { activities }: { activities?: unknown } = JSON.parse(text)
    if (Array.isArray(activities)) return activities
  } catch {
    throw new LineError('The file is no valid JSON')
  }
  throw new LineError('The file has no list of activities, as a Ghostfolio export has')
}

import { constants, zstdCompressSync } from 'node:zlib'
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer'

export type ColumnType = 'integer' | 'double' | 'text' | 'instant' | 'day'
export type Column = { name: string; type: ColumnType; nullable: boolean }

/** A value by the type of its column: instants are ms since 1970, days `YYYY-MM-DD`. */
export type Row = Record<string, number | string | null>

const rowsPerGroup = 20_000
const zstdLevel = 9

const elements: Record<ColumnType, Omit<SchemaElement, 'name'>> = {
  integer: { type: 'INT32' },
  double: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  day: { type: 'INT32', converted_type: 'DATE' },
}

/** Neighboring values share their high bytes, and times have nearly equal steps. */
const encodings: Partial<Record<ColumnType, ColumnSource['encoding']>> = {
  double: 'BYTE_STREAM_SPLIT',
  instant: 'DELTA_BINARY_PACKED',
  day: 'DELTA_BINARY_PACKED',
}

const toStored = (type: ColumnType, value: number | string | null): unknown =>
  value !== null && type === 'day' ? new Date(value) : value

const compress = (input: Uint8Array): Uint8Array =>
  zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } })

const toSchema = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'schema', num_children: columns.length },
  ...columns.map(({ name, type, nullable }) => ({
    name,
    repetition_type: nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
    ...elements[type],
  })),
]

/**
 * A Parquet file of pages of rows, compressed with zstd, in pieces of one row group. Its memory does not grow with the
 * number of rows, except for about 2 KB of footer per 20,000 rows.
 */
export async function* writeParquet(
  columns: readonly Column[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Buffer> {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({
    writer: bytes,
    schema: toSchema(columns),
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    createdBy: 'cryptoflow',
  })
  const take = (): Buffer => {
    const written = Buffer.from(bytes.getBytes())
    bytes.index = 0
    return written
  }
  let group: Row[] = []
  const writeGroup = async (): Promise<Buffer> => {
    const columnData = columns.map(({ name, type }) => ({
      name,
      data: group.map((row) => toStored(type, row[name] ?? null)),
      encoding: encodings[type],
      offsetIndex: false,
    }))
    group = []
    await file.write({ columnData: columnData as ColumnSource[], rowGroupSize: rowsPerGroup })
    return take()
  }
  for await (const page of pages) {
    group.push(...page)
    if (group.length >= rowsPerGroup) yield await writeGroup()
  }
  if (group.length > 0) yield await writeGroup()
  await file.finish()
  yield take()
}

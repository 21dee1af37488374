import { Readable, type Transform } from 'node:stream'
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib'
import { Negotiator } from '@fastify/accept-negotiator'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExportFormat } from '../../contract/export.ts'
import { type Column, type Row, writeParquet } from '../parquet.ts'

export const formatTypes: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
}

const encodings = {
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: () => createGzip(),
} satisfies Record<string, () => Transform>
type Encoding = keyof typeof encodings

const negotiator = new Negotiator({ supportedValues: Object.keys(encodings) as Encoding[] })

/** What is sent: text in pieces, or rows for Parquet. */
export type Exported = {
  columns: readonly Column[]
  text: (format: 'csv' | 'ndjson') => AsyncIterable<string>
  rows: () => AsyncIterable<readonly Row[]>
}

async function* withHeader(columns: readonly Column[], lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => name).join(',')}\n`
  yield* lines
}

function toPieces({ columns, text, rows }: Exported, format: ExportFormat): AsyncIterable<string | Buffer> {
  if (format === 'parquet') return writeParquet(columns, rows())
  return format === 'csv' ? withHeader(columns, text('csv')) : text('ndjson')
}

/** Streams an export as fast as the client reads, compressed if it accepts that. A failure breaks the connection off. */
export function sendExport(
  request: FastifyRequest,
  reply: FastifyReply,
  exported: Exported,
  { format, name, onEnd }: { format: ExportFormat; name: string; onEnd: () => void },
): FastifyReply {
  const accepted = request.headers['accept-encoding'] ?? ''
  const encoding = format === 'parquet' || accepted === '' ? null : (negotiator.negotiate(accepted) as Encoding | null)
  const source = Readable.from(toPieces(exported, format), { objectMode: false, highWaterMark: 1 })
  source.once('close', onEnd)
  reply.headers({
    'content-type': formatTypes[format],
    'content-disposition': `attachment; filename="${name}.${format}"`,
    'cache-control': 'no-store',
    vary: 'accept-encoding',
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  })
  return reply.send(encoding === null ? source : source.compose(encodings[encoding]() as never))
}

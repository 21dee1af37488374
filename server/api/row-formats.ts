import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChartFormat } from '../../contract/charts.ts'
import type { Column, ColumnType, Row } from '../parquet.ts'
import { sendExport } from './export-stream.ts'

const types: Record<string, ColumnType> = {
  timestamp: 'instant',
  close_at: 'instant',
  date: 'day',
  samples: 'integer',
  granularity: 'text',
}

const toColumn = (name: string): Column => ({ name, type: types[name] ?? 'double', nullable: true })

const toCell = (value: Row[string] | undefined): string => (value === null || value === undefined ? '' : `${value}`)

async function* toLines(columns: readonly Column[], rows: readonly Row[], format: 'csv' | 'ndjson') {
  for (const row of rows)
    yield `${format === 'csv' ? columns.map(({ name }) => toCell(row[name])).join(',') : JSON.stringify(row)}\n`
}

async function* toTyped(columns: readonly Column[], rows: readonly Row[]) {
  const instants = columns.filter(({ type }) => type === 'instant')
  const toMs = (value: Row[string] | undefined) => (typeof value === 'string' ? Date.parse(value) : null)
  yield rows.map((row) => ({ ...row, ...Object.fromEntries(instants.map(({ name }) => [name, toMs(row[name])])) }))
}

type Rows = { names: readonly string[]; rows: readonly Row[]; name: string; format: Exclude<ChartFormat, 'json'> }

/** Sends the rows of a chart as a file. `names`: its columns, of numbers unless listed above. */
export function sendRows(request: FastifyRequest, reply: FastifyReply, { names, rows, name, format }: Rows) {
  const columns = names.map(toColumn)
  return sendExport(
    request,
    reply,
    {
      columns,
      text: (kind) => toLines(columns, rows, kind),
      rows: () => toTyped(columns, rows),
    },
    { format, name, onEnd: () => undefined },
  )
}

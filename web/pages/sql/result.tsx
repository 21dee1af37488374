import type { SqlResult } from '@contract/sql.ts'
import { type ChartTable, toCsv } from '@/components/charts/chart-table'
import { DataTable } from '@/components/charts/data-table'
import { download } from '@/components/charts/download'
import { Button } from '@/components/ui/button'
import { formatExact, unknown } from '@/lib/format'

const numeric = new Set(['integer', 'bigint', 'double', 'numeric'])

type Row = { key: string; values: SqlResult['rows'][number] }

const toCell = (value: Row['values'][number] | undefined): string | number | null =>
  typeof value === 'boolean' ? String(value) : (value ?? null)

function toTable({ columns, rows }: SqlResult): ChartTable<Row> {
  return {
    caption: 'Result',
    items: rows.map((values, index) => ({ key: String(index), values })),
    toKey: ({ key }) => key,
    columns: columns.map(({ name, type }, at) => ({
      field: `${at}-${name}`,
      label: name,
      numeric: numeric.has(type),
      value: ({ values }) => toCell(values[at]),
      text: ({ values }) => {
        const cell = toCell(values[at])
        return cell === null ? unknown : typeof cell === 'number' ? formatExact(cell) : cell
      },
    })),
  }
}

/** The rows of a statement, with a CSV download. */
export function Result({ result }: { result: SqlResult }) {
  const table = toTable(result)
  const save = () => {
    const named = { ...table, columns: table.columns.map((column) => ({ ...column, field: column.label })) }
    download(new Blob([toCsv(named)], { type: 'text/csv' }), 'result.csv')
  }
  return (
    <section className="panel min-w-0" aria-label="Result">
      <header className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1.5">
        <p role="status" className="num mr-auto text-[13px]">
          {formatExact(result.rows.length)} {result.rows.length === 1 ? 'row' : 'rows'} in{' '}
          {formatExact(result.duration_ms)} ms
          {result.truncated && '. There are more: aggregate or add a filter'}
        </p>
        <Button onClick={save}>CSV</Button>
      </header>
      <DataTable table={table} className="max-h-[60dvh]" />
    </section>
  )
}

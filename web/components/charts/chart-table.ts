/** `value` is for the CSV, `text` for the page. */
export type Column<T> = {
  label: string
  /** CSV column name with unit: `open_usd`. */
  field: string
  value: (item: T) => string | number | null
  text: (item: T) => string
  numeric?: boolean
}

export type ChartTable<T> = {
  caption: string
  columns: readonly Column<T>[]
  items: readonly T[]
  toKey: (item: T) => string
}

/** Numbers keep all digits. Text is quoted where needed, and never starts like a spreadsheet formula. */
function toCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** CSV (RFC 4180) with a header line. */
export function toCsv<T>({ columns, items }: ChartTable<T>): string {
  const lines = items.map((item) => columns.map(({ value }) => toCell(value(item))).join(','))
  return [columns.map(({ field }) => field).join(','), ...lines, ''].join('\r\n')
}

/** One column: `value` goes into the CSV as it is, `text` is what a person reads. `numeric` ones stand right. */
export type Column<T> = {
  label: string
  /** Name in the CSV, with the unit: `open_usd`. */
  field: string
  value: (item: T) => string | number | null
  text: (item: T) => string
  numeric?: boolean
}

/** The data of a chart as a table. */
export type ChartTable<T> = {
  caption: string
  columns: readonly Column<T>[]
  items: readonly T[]
  toKey: (item: T) => string
}

/** Numbers keep every digit; text is quoted where it must be, and never begins like a formula. */
function toCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The table as CSV (RFC 4180): a line of field names, then one line an item. */
export function toCsv<T>({ columns, items }: ChartTable<T>): string {
  const lines = items.map((item) => columns.map(({ value }) => toCell(value(item))).join(','))
  return [columns.map(({ field }) => field).join(','), ...lines, ''].join('\r\n')
}

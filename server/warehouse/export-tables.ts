import { type RawBuilder, sql } from 'kysely'
import type { ExportTable } from '../../contract/export.ts'
import type { Column } from '../parquet.ts'

/** A table to export: its columns in order, and the one that orders the rows of a coin. */
export type TableToExport = { columns: Column[]; time: 'timestamp' | 'date' | 'minute' }

const required = (type: Column['type'], ...names: string[]): Column[] =>
  names.map((name) => ({ name, type, nullable: false }))
const nullable = (type: Column['type'], ...names: string[]): Column[] =>
  names.map((name) => ({ name, type, nullable: true }))

const coin = [...required('integer', 'coin_id'), ...required('text', 'coingecko_id')]

export const tablesToExport: Record<ExportTable, TableToExport> = {
  fact_market_data: {
    time: 'timestamp',
    columns: [
      ...coin,
      ...required('instant', 'timestamp'),
      ...required('double', 'price_usd'),
      ...nullable('double', 'market_cap', 'volume', 'circulating_supply'),
      ...nullable('integer', 'market_cap_rank'),
      ...nullable('double', 'price_change_1h_pct', 'price_change_24h_pct', 'price_change_7d_pct'),
      ...required('text', 'granularity'),
    ],
  },
  fact_daily_ohlcv: {
    time: 'date',
    columns: [
      ...coin,
      ...required('day', 'date'),
      ...required('double', 'open', 'high', 'low', 'close'),
      ...nullable('double', 'volume'),
      ...required('integer', 'samples'),
      ...nullable('instant', 'close_at'),
      ...nullable('text', 'granularity'),
    ],
  },
  fact_minute_ohlc: {
    time: 'minute',
    columns: [
      ...coin,
      ...required('instant', 'minute'),
      ...required('double', 'open', 'high', 'low', 'close'),
      ...required('integer', 'ticks'),
    ],
  },
}

const toValue = ({ name }: Column, coingeckoId: string): RawBuilder<unknown> =>
  name === 'coingecko_id' ? sql`${coingeckoId}::text` : sql.ref(name)

/** The text of a value as in the API: instants with Z. */
const toText = (column: Column, coingeckoId: string): RawBuilder<unknown> => {
  const value = toValue(column, coingeckoId)
  return column.type === 'instant' ? sql`replace(replace(${value}::text, ' ', 'T'), '+00', 'Z')` : sql`${value}::text`
}

/** A row as a line of CSV. */
export const toCsvLine = (columns: readonly Column[], coingeckoId: string): RawBuilder<string> => {
  const cells = columns.map((column) => {
    const text = toText(column, coingeckoId)
    if (column.type !== 'text') return sql`coalesce(${text}, '')`
    return sql`coalesce(case when ${text} ~ '[",\r\n]' then '"' || replace(${text}, '"', '""') || '"' else ${text} end, '')`
  })
  return sql`${sql.join(cells, sql` || ',' || `)} || chr(10)`
}

/** A row as a line of JSON. */
export const toJsonLine = (columns: readonly Column[], coingeckoId: string): RawBuilder<string> => {
  const members = columns.map((column, index) => {
    const text = toText(column, coingeckoId)
    const isNumber = column.type === 'integer' || column.type === 'double'
    const value = isNumber ? text : sql`to_json(${text})::text`
    return sql`${sql.lit(`${index === 0 ? '{' : ','}"${column.name}":`)} || coalesce(${value}, 'null')`
  })
  return sql`${sql.join(members, sql` || `)} || '}' || chr(10)`
}

/** The values of a row for `writeParquet`. */
export const toSelection = (columns: readonly Column[], coingeckoId: string): RawBuilder<unknown> =>
  sql.join(
    columns.map((column) => {
      const value = toValue(column, coingeckoId)
      const typed = column.type === 'instant' ? sql`extract(epoch from ${value})::float8 * 1000` : value
      return sql`${typed} as ${sql.ref(column.name)}`
    }),
  )

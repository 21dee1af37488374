import { type RawBuilder, sql } from 'kysely'
import type { ExportTable } from '../../contract/export.ts'
import type { Row } from '../parquet.ts'
import type { Db } from './db.ts'
import { tablesToExport, toCsvLine, toJsonLine, toSelection } from './export-tables.ts'

const rowsPerPage = 5_000

/** Where an export continues: after this row. */
export type ExportCursor = { coinId: number; time: string }

export type ExportRange = {
  table: ExportTable
  /** Instants or days as text. Null: unbounded. `from` is included, `to` is not. */
  from: string | null
  to: string | null
  /** In ascending order of `id`. */
  coins: readonly CoinToExport[]
  after: ExportCursor | null
}

export type CoinToExport = { id: number; coingecko_id: string }

/** The coins with these ids (numeric or CoinGecko), or all, by `id`. Unknown ids are left out. */
export async function listCoinsToExport(db: Db, ids: readonly string[] | null): Promise<CoinToExport[]> {
  const { rows } = await sql<CoinToExport>`select id, coingecko_id from dim_coin
    ${ids === null ? sql`` : sql`where coingecko_id = any(${ids}::text[]) or id::text = any(${ids}::text[])`}
    order by id`.execute(db)
  return rows
}

type PageSource<T> = (
  coin: CoinToExport,
  facts: RawBuilder<unknown>,
) => Promise<{ page: T; rows: number; last: string }>

/**
 * The pages of a range, coin by coin, each coin oldest first. Each page is one short statement of up to 5,000 rows along
 * the primary key, so a slow client holds neither a connection nor a snapshot.
 */
async function* listPages<T>(range: ExportRange, read: PageSource<T>): AsyncGenerator<T> {
  const { table, from, to, coins, after } = range
  const { time } = tablesToExport[table]
  const type = sql.raw(time === 'date' ? 'date' : 'timestamptz')
  const bound = (operator: string, value: string | null) =>
    value === null ? sql`` : sql`and ${sql.ref(time)} ${sql.raw(operator)} ${value}::${type}`
  for (const coin of coins) {
    if (after !== null && coin.id < after.coinId) continue
    let last: string | null = after?.coinId === coin.id ? after.time : null
    for (let rows = rowsPerPage; rows === rowsPerPage; ) {
      const facts = sql`from ${sql.table(table)} where coin_id = ${coin.id} ${bound('>=', from)} ${bound('<', to)}
        ${bound('>', last)} order by ${sql.ref(time)} limit ${sql.lit(rowsPerPage)}`
      const found: Awaited<ReturnType<PageSource<T>>> = await read(coin, facts)
      rows = found.rows
      last = found.last
      if (rows > 0) yield found.page
    }
  }
}

/** The rows of a range as text of a format, in pieces. CSV has no header. */
export function exportText(db: Db, range: ExportRange, format: 'csv' | 'ndjson'): AsyncGenerator<string> {
  const { columns, time } = tablesToExport[range.table]
  const toLine = format === 'csv' ? toCsvLine : toJsonLine
  return listPages(range, async ({ coingecko_id }, facts) => {
    const { rows } = await sql<{ page: string; rows: number; last: string }>`
      select coalesce(string_agg(line, ''), '') as page, count(*)::int as rows, max(time)::text as last
      from (select ${sql.ref(time)} as time, ${toLine(columns, coingecko_id)} as line ${facts}) fact`.execute(db)
    return rows[0] ?? { page: '', rows: 0, last: '' }
  })
}

/** The rows of a range as values, in pages. */
export function exportRows(db: Db, range: ExportRange): AsyncGenerator<Row[]> {
  const { columns, time } = tablesToExport[range.table]
  return listPages(range, async ({ coingecko_id }, facts) => {
    const { rows } = await sql<Row & { row_time: string }>`
      select ${sql.ref(time)}::text as row_time, ${toSelection(columns, coingecko_id)} ${facts}`.execute(db)
    return { page: rows, rows: rows.length, last: rows.at(-1)?.row_time ?? '' }
  })
}

/** The first and the end of the times of a table, as instants; null when it is empty. */
export async function findExportBounds(db: Db, table: ExportTable): Promise<{ first: string; end: string } | null> {
  const time = sql.ref(tablesToExport[table].time)
  const { rows } = await sql<{ first: string | null; last: string | null }>`
    select min(${time})::timestamptz as first, max(${time})::timestamptz as last from ${sql.table(table)}`.execute(db)
  const { first, last } = rows[0] ?? { first: null, last: null }
  if (first === null || last === null) return null
  return { first: new Date(first).toISOString(), end: new Date(Date.parse(last) + 1).toISOString() }
}

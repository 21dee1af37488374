import pg from 'pg'
import { AppError, toMessage } from '../errors.ts'
import { type Connection, negotiateTls, openClient } from './connect.ts'
import { reader, sqlTimeoutMs } from './reader-role.ts'

const maxConcurrent = 4
const maxSqlRows = 1000
const maxBytes = 8 * 2 ** 20
const connectMs = 5000

type SqlColumn = { name: string; type: string }
export type SqlAnswer = {
  columns: SqlColumn[]
  /** By column: numbers, booleans and null as such, everything else as text. */
  rows: (string | number | boolean | null)[][]
  /** True: there are more rows. */
  truncated: boolean
}

const { builtins } = pg.types
const typeNames = new Map<number, string>([
  [builtins.BOOL, 'boolean'],
  [builtins.INT2, 'integer'],
  [builtins.INT4, 'integer'],
  [builtins.INT8, 'bigint'],
  [builtins.FLOAT4, 'double'],
  [builtins.FLOAT8, 'double'],
  [builtins.NUMERIC, 'numeric'],
  [builtins.DATE, 'date'],
  [builtins.TIMESTAMPTZ, 'timestamp'],
])
const numbers = new Set(['integer', 'double'])
const keepText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text } as never

const typeOf = (oid: number): string => typeNames.get(oid) ?? 'text'

function toValue(type: string, text: string | null): string | number | boolean | null {
  if (text === null) return null
  if (numbers.has(type)) return Number.isFinite(Number(text)) ? Number(text) : text
  if (type === 'boolean') return text === 't'
  return type === 'timestamp' ? `${text.replace(' ', 'T').replace(/\+00$/, 'Z')}` : text
}

const explains = /^\s*explain\b/i

/** The error of a statement, with PostgreSQL's message, position and hint. */
function toSqlError(error: unknown, offset: number): AppError {
  if (!(error instanceof pg.DatabaseError)) throw error
  const at = error.position === undefined ? '' : ` at character ${Math.max(1, Number(error.position) - offset)}`
  if (error.code === '57014' || error.code === '57P01')
    return new AppError('unprocessable', `The statement was cancelled after ${sqlTimeoutMs / 1000} s. Filter more.`)
  if (error.code === '42501')
    return new AppError('unprocessable', `Not allowed: ${error.message}. Only the views of the schema market are.`)
  if (error.code === '25006') return new AppError('unprocessable', `Only reads are allowed: ${error.message}.`)
  const hint = error.hint === undefined ? '' : ` ${error.hint}`
  return new AppError('unprocessable', `SQL error${at}: ${error.message}.${hint}`)
}

const toReaderAddress = (connection: Connection): Connection =>
  typeof connection === 'string' ? connection : { ...connection, user: reader }

/** Runs single read-only statements as the role reader, each on a connection of its own. */
export class SqlRunner {
  readonly #connection: Connection
  #address: Promise<Connection> | undefined
  #running = 0

  /** The built-in server, or the URL of another with the role reader in it. */
  constructor(connection: Connection) {
    this.#connection = toReaderAddress(connection)
  }

  /** Decides about TLS once. */
  #connect(): Promise<Connection> {
    this.#address ??= negotiateTls(this.#connection).catch((error) => {
      this.#address = undefined
      throw new AppError('unavailable', `Can't connect as reader (${toMessage(error)}). Check SQL_URL.`)
    })
    return this.#address
  }

  /** The first 1,000 rows of a statement. Throws `unprocessable` with the reason when it is refused. */
  async run(text: string): Promise<SqlAnswer> {
    if (this.#running >= maxConcurrent)
      throw new AppError('unavailable', `${maxConcurrent} statements are running. Try again in a few seconds.`)
    const client = openClient(await this.#connect(), { connectionTimeoutMillis: connectMs, types: keepText })
    this.#running += 1
    let bytes = 0
    const cut = setTimeout(() => client.connection.stream.destroy(), sqlTimeoutMs + connectMs)
    try {
      await client.connect()
      client.connection.stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes) client.connection.stream.destroy()
      })
      return await execute(client, text)
    } catch (error) {
      if (bytes > maxBytes)
        throw new AppError('unprocessable', 'The result exceeds 8 MB. Select fewer columns or rows.')
      throw error
    } finally {
      clearTimeout(cut)
      this.#running -= 1
      await client.end().catch(() => undefined)
    }
  }
}

/** The extended protocol accepts one statement only, and a cursor only a query that writes nothing. */
async function execute(client: pg.Client, text: string): Promise<SqlAnswer> {
  const query = text.replace(/[\s;]+$/, '')
  const prefix = explains.test(query) ? '' : 'declare result no scroll cursor for '
  await client.query(
    `begin read only; set local statement_timeout = ${sqlTimeoutMs}; set local TimeZone = 'UTC'; set local extra_float_digits = 1`,
  )
  try {
    const first = await client.query({
      text: `${prefix}${query}`,
      values: [],
      rowMode: 'array',
      queryMode: 'extended',
    } as never)
    const fetch = `fetch ${maxSqlRows + 1} from result`
    return toAnswer(prefix === '' ? first : await client.query({ text: fetch, rowMode: 'array' }))
  } catch (error) {
    throw toSqlError(error, prefix.length)
  }
}

function toAnswer({ fields, rows }: pg.QueryArrayResult<unknown[]> | pg.QueryResult): SqlAnswer {
  const columns = fields.map(({ name, dataTypeID }) => ({ name, type: typeOf(dataTypeID) }))
  const values = (rows as (string | null)[][]).map((row) =>
    columns.map(({ type }, at) => toValue(type, row[at] ?? null)),
  )
  return { columns, rows: values.slice(0, maxSqlRows), truncated: values.length > maxSqlRows }
}

const listColumns = `select c.relname::text as view, obj_description(c.oid, 'pg_class') as about, a.attname::text as name,
    format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as description
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  where c.relnamespace = 'market'::regnamespace and c.relkind = 'v' order by 1, a.attnum`

export type ViewOfMarket = {
  name: string
  description: string
  columns: { name: string; type: string; description: string }[]
}

/** The views of the schema market with their columns. */
export async function listViews(runner: SqlRunner): Promise<ViewOfMarket[]> {
  const { rows } = await runner.run(listColumns)
  const views = new Map<string, ViewOfMarket>()
  for (const [view, about, name, type, description] of rows.map((row) => row.map(String))) {
    const known = views.get(view ?? '') ?? { name: `market.${view}`, description: about ?? '', columns: [] }
    known.columns.push({ name: name ?? '', type: type ?? '', description: description ?? '' })
    views.set(view ?? '', known)
  }
  return [...views.values()]
}

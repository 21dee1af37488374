import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { escapeIdentifier, type default as pg } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Mode } from '../../contract/units.ts'
import { AppError } from '../errors.ts'
import { inTransaction } from './db.ts'
import { ensurePartitions, listPartitionStarts } from './partitions.ts'

const format = 1
const head = '-- CryptoFlow backup '
const tail = '-- end of backup '
const bytesPerWrite = 64 * 1024

/** Tables that migrations, startup or workers fill, and sessions, which must not be restored. */
const excludedTables = [
  'schema_migrations',
  'warehouse_info',
  'dim_time',
  'pipeline_jobs',
  'sessions',
  'login_throttle',
  'account_links',
]

/**
 * The first line of a backup. `months` (first days) and `days`: the partitions of facts and 1-minute candles; `days` is
 * absent in old backups.
 */
export type BackupHead = {
  format: number
  version: string
  mode: Mode
  created_at: string
  months: string[]
  days?: string[]
}

/** The rows of each table in a backup; `sha256`: of the rows as text in key order. */
export type BackupSummary = Record<string, { rows: number; sha256: string }>

type Table = { name: string; columns: string[]; key: string[]; counts: boolean; after: string[] }

/** The tables to back up, referenced tables first. */
async function listTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.relname::text as name,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
         and attgenerated = '' order by attnum) as columns,
       array(select a.attname::text from pg_index i, unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
         join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary order by position) as key,
       exists (select from pg_attribute where attrelid = c.oid and attname = 'id' and attidentity <> '') as counts,
       array(select distinct confrelid::regclass::text from pg_constraint
         where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as after
     from pg_class c
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname <> all($1::text[]) order by 1`,
    [excludedTables],
  )
  const ordered: Table[] = []
  for (let left = rows; left.length > 0; ) {
    const waits = ({ after }: Table) => after.some((name) => left.some((table) => table.name === name))
    const ready = left.filter((table) => !waits(table))
    if (ready.length === 0) throw new Error(`tables reference each other in a cycle: ${left.map(({ name }) => name)}`)
    ordered.push(...ready)
    left = left.filter(waits)
  }
  return ordered
}

const quoteAll = (names: string[]): string => names.map(escapeIdentifier).join(', ')

const countLines = (chunk: Buffer): number => {
  let lines = 0
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1
  return lines
}

/** Writes a consistent copy of the warehouse to `target` as SQL, one COPY per table, without blocking others. */
export async function writeBackup(
  pool: pg.Pool,
  target: (NodeJS.ReadWriteStream | NodeJS.WritableStream)[],
  { mode, version, onTable }: { mode: Mode; version: string; onTable: (table: string, rows: number) => void },
): Promise<BackupSummary> {
  const summary: BackupSummary = {}
  const created_at = new Date().toISOString()
  const client = await pool.connect()
  async function* dump(): AsyncGenerator<Buffer | string> {
    const months = await listPartitionStarts(client, 'fact_market_data')
    const days = await listPartitionStarts(client, 'fact_minute_ohlc')
    const first: BackupHead = { format, version, mode, created_at, months, days }
    yield `${head}${JSON.stringify(first)}\n`
    for (const { name, columns, key } of await listTables(client)) {
      yield `copy ${escapeIdentifier(name)} (${quoteAll(columns)}) from stdin;\n`
      const hash = createHash('sha256')
      let rows = 0
      const select = `select ${quoteAll(columns)} from ${escapeIdentifier(name)} order by ${quoteAll(key)}`
      for await (const chunk of client.query(copyTo(`copy (${select}) to stdout`))) {
        hash.update(chunk)
        rows += countLines(chunk)
        yield chunk
      }
      yield '\\.\n'
      summary[name] = { rows, sha256: hash.digest('hex') }
      onTable(name, rows)
    }
    yield `${tail}${JSON.stringify(summary)}\n`
  }
  try {
    await client.query('begin transaction isolation level repeatable read, read only')
    await client.query(`set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`)
    await pipeline([Readable.from(dump(), { objectMode: false }), ...target])
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
  return summary
}

const broken = (reason: string): AppError =>
  new AppError('bad_request', `The backup can't be restored: ${reason}. Nothing was changed.`)

/** The lines of a stream with their line ends. Throws when the last line is incomplete. */
async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const joined = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = joined.indexOf(10); end !== -1; end = joined.indexOf(10, start)) {
      yield joined.subarray(start, end + 1)
      start = end + 1
    }
    rest = joined.subarray(start)
  }
  if (rest.length > 0) throw broken('it is truncated')
}

/** Reads a backup: the head, then one table after the other. */
export class BackupReader {
  readonly #lines: AsyncGenerator<Buffer>
  readonly head: BackupHead

  private constructor(lines: AsyncGenerator<Buffer>, first: BackupHead) {
    this.#lines = lines
    this.head = first
  }

  /** Reads the head of `source` (uncompressed). Throws `bad_request` when it is not a backup or has a newer format. */
  static async open(source: AsyncIterable<Buffer>): Promise<BackupReader> {
    const lines = readLines(source)
    const { value } = await lines.next()
    const text = String(value ?? '')
    if (!text.startsWith(head)) throw broken('it is not a CryptoFlow backup')
    const first = JSON.parse(text.slice(head.length)) as BackupHead
    if (first.format !== format) throw broken(`it was made by version ${first.version}; update CryptoFlow`)
    return new BackupReader(lines, first)
  }

  /** Reads the next table head, or the summary at the end. */
  async next(): Promise<{ table: string; columns: string[] } | { summary: BackupSummary }> {
    const { value, done } = await this.#lines.next()
    const text = String(value ?? '')
    if (done === true) throw broken('it is truncated')
    if (text.startsWith(tail)) return { summary: JSON.parse(text.slice(tail.length)) }
    const [, table = '', columns = ''] = /^copy "([a-z_]+)" \(([a-z0-9_", ]+)\) from stdin;\n$/.exec(text) ?? []
    if (table === '') throw broken('it has an invalid line')
    return { table, columns: columns.split(', ').map((name) => name.slice(1, -1)) }
  }

  /** The rows of the table as chunks of COPY text. Calls `count` with each chunk. */
  async *rows(count: (piece: Buffer) => void): AsyncGenerator<Buffer> {
    let held: Buffer[] = []
    let bytes = 0
    const flush = () => {
      const piece = Buffer.concat(held)
      count(piece)
      held = []
      bytes = 0
      return piece
    }
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) throw broken('it is truncated')
      if (value.length === 3 && value[0] === 92 && value[1] === 46) break
      held.push(value)
      bytes += value.length
      if (bytes >= bytesPerWrite) yield flush()
    }
    if (bytes > 0) yield flush()
  }
}

const isEmpty = async (client: pg.ClientBase): Promise<boolean> => {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select 1 from dim_coin) and not exists (select from pipeline_runs)
       and not exists (select from audit_log) as empty`,
  )
  return rows[0]?.empty === true
}

/** The audit log still contains ids of deleted accounts, which must not be reused. */
const reserveDeletedIds = `select setval(pg_get_serial_sequence('users', 'id'), max(id)) from
  (select id from users union all select user_id from audit_log) numbers having max(id) is not null`

/**
 * Restores a backup into an empty warehouse in one transaction and verifies its checksums. Throws `conflict` when the
 * warehouse holds data, and `bad_request` when the backup is truncated, changed or too new.
 */
export async function restoreBackup(
  pool: pg.Pool,
  backup: BackupReader,
  { onTable }: { onTable: (table: string, rows: number) => void },
): Promise<BackupSummary> {
  const { months, days = [] } = backup.head
  for (const at of months.map((month) => new Date(month))) await ensurePartitions(pool, { from: at, to: at })
  for (const at of days.map((day) => new Date(day)))
    await ensurePartitions(pool, { from: at, to: at, table: 'fact_minute_ohlc' })
  return inTransaction(pool, async (_tx, client) => {
    await client.query(`set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`)
    if (!(await isEmpty(client)))
      throw new AppError('conflict', 'This warehouse already holds data. Set DATA_DIR or DATABASE_URL to an empty one.')
    const tables = new Map((await listTables(client)).map((table) => [table.name, table]))
    const restored: BackupSummary = {}
    for (let part = await backup.next(); ; part = await backup.next()) {
      if ('summary' in part) {
        if (JSON.stringify(part.summary) !== JSON.stringify(restored))
          throw broken('its rows do not match its checksums')
        break
      }
      restored[part.table] = await restoreTable(client, backup, { part, known: tables.get(part.table) })
      onTable(part.table, restored[part.table]?.rows ?? 0)
    }
    await client.query(reserveDeletedIds)
    await client.query('refresh materialized view mv_latest_market_data')
    return restored
  })
}

async function restoreTable(
  client: pg.PoolClient,
  backup: BackupReader,
  { part: { table, columns }, known }: { part: { table: string; columns: string[] }; known: Table | undefined },
): Promise<BackupSummary[string]> {
  const { version } = backup.head
  if (known === undefined || columns.some((column) => !known.columns.includes(column)))
    throw broken(`version ${version} had columns of "${table}" that this version lacks`)
  const hash = createHash('sha256')
  let rows = 0
  const count = (piece: Buffer) => {
    hash.update(piece)
    rows += countLines(piece)
  }
  const target = client.query(copyFrom(`copy ${escapeIdentifier(table)} (${quoteAll(columns)}) from stdin`))
  await pipeline(Readable.from(backup.rows(count), { objectMode: false }), target)
  if (known.counts)
    await client.query(
      `select setval(pg_get_serial_sequence($1, 'id'), coalesce(max(id), 1), max(id) is not null) from ${escapeIdentifier(table)}`,
      [table],
    )
  return { rows, sha256: hash.digest('hex') }
}

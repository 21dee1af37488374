import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { readSqlPassword } from '../sql-password.ts'
import type { Connection } from '../warehouse/db.ts'
import { listReaderGrants, reader } from '../warehouse/reader-role.ts'
import { type SqlAnswer, SqlRunner } from '../warehouse/sql-runner.ts'
import { withWarehouse } from './jobs.ts'
import { answer } from './terminal.ts'

type Options = { grants: boolean; show: boolean; csv: boolean }

/** Prints the statements that create and limit the role reader on a server of one's own. */
function printGrants({ DATABASE_URL }: Config): void {
  const { username, pathname } = new URL(DATABASE_URL ?? 'postgres://cryptoflow@localhost/cryptoflow')
  const owner = decodeURIComponent(username) || 'cryptoflow'
  const database = decodeURIComponent(pathname.slice(1)) || owner
  const statements = [`create role ${reader} login password 'CHOOSE-ONE'`, ...listReaderGrants({ owner, database })]
  answer(
    [`-- As a superuser, in the database ${database}. Other roles of this database need grants of their own.`]
      .concat(statements.map((statement) => `${statement};`))
      .concat(`-- Then set SQL_URL=postgres://${reader}:CHOOSE-ONE@HOST/${database}`),
    { statements },
  )
}

function showAddress({ SQL_PORT, DATABASE_URL, DATA_DIR }: Config): void {
  if (DATABASE_URL !== null)
    throw new AppError('bad_request', 'DATABASE_URL is your own server. See `npx cryptoflow sql --grants`.')
  const password = readSqlPassword(DATA_DIR)
  if (SQL_PORT === 0 || password === null)
    throw new AppError('bad_request', 'SQL access is off. Set SQL_PORT=5433 and start CryptoFlow.')
  const url = `postgres://${reader}:${password}@127.0.0.1:${SQL_PORT}/cryptoflow`
  answer(url, { url })
}

const toCsvCell = (value: unknown): string => {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const maxCell = 60

function toTable({ columns, rows }: SqlAnswer): string[] {
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map((value) => String(value ?? '')))]
  const cut = cells.map((row) => row.map((text) => (text.length > maxCell ? `${text.slice(0, maxCell - 1)}…` : text)))
  const widths = columns.map((_, at) => Math.max(...cut.map((row) => row[at]?.length ?? 0)))
  const lines = cut.map((row) => `  ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
  return [lines[0] ?? '', `  ${widths.map((width) => '-'.repeat(width)).join('  ')}`, ...lines.slice(1)]
}

function show(result: SqlAnswer, csv: boolean): void {
  const lines = csv
    ? [result.columns.map(({ name }) => name), ...result.rows].map((row) => row.map(toCsvCell).join(','))
    : [...toTable(result), `  ${result.rows.length} rows${result.truncated ? ', more exist: add a limit' : ''}`]
  answer(lines, result)
}

/** Runs psql as the role reader. */
async function runPsql(connection: Connection): Promise<void> {
  const target =
    typeof connection === 'string'
      ? [connection]
      : ['-h', connection.host, '-p', String(connection.port), '-U', reader, '-d', connection.database]
  const child = spawn('psql', target, { stdio: 'inherit' })
  process.exitCode = Number((await once(child, 'exit'))[0] ?? 1)
}

/** Reads statements that end with `;` and prints their results. */
async function runPrompt(runner: SqlRunner, csv: boolean): Promise<void> {
  const isTerminal = process.stdin.isTTY
  const input = createInterface({ input: process.stdin, output: process.stderr, prompt: isTerminal ? 'sql> ' : '' })
  if (isTerminal)
    process.stderr.write('  Statements end with ;  Views: market.coins, market.prices, ... Ctrl-D quits.\n')
  let text = ''
  const run = async () => {
    const query = text.trim()
    text = ''
    if (query === '') return
    try {
      show(await runner.run(query), csv)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      process.stderr.write(`  ${error.message}\n`)
      process.exitCode = 1
    }
  }
  if (isTerminal) input.prompt()
  for await (const line of input) {
    text += `${line}\n`
    if (line.trimEnd().endsWith(';')) await run()
    if (isTerminal) input.prompt()
  }
  await run()
}

/** `cryptoflow sql`: read-only SQL over the views of the schema market. */
export async function runSql(config: Config, query: string | undefined, { grants, show: address, csv }: Options) {
  if (grants) return printGrants(config)
  if (address) return showAddress(config)
  if (config.DATABASE_URL !== null && config.SQL_URL === null)
    throw new AppError('bad_request', 'Set SQL_URL to the role reader. `npx cryptoflow sql --grants` creates it.')
  await withWarehouse(config, async (warehouse) => {
    const connection = config.SQL_URL ?? warehouse.connection
    const runner = new SqlRunner(connection)
    if (query !== undefined) return show(await runner.run(query), csv)
    const hasPsql = process.stdin.isTTY && !csv && spawnSync('psql', ['--version']).status === 0
    return hasPsql ? runPsql(connection) : runPrompt(runner, csv)
  })
}

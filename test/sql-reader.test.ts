import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { AppError } from '../server/errors.ts'
import { reader, watchReader } from '../server/warehouse/reader-role.ts'
import { listViews, SqlRunner } from '../server/warehouse/sql-runner.ts'
import { createTestDatabase, grantReader, type TestDatabase } from './database.ts'
import { chooser } from './fuzz.ts'
import { toHostileSql } from './hostile-sql.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'
import { waitFor } from './wait.ts'

/** `SQL_STATEMENTS=100000` gives a longer run, `SQL_SEED` repeats one. */
const statements = Number(process.env.SQL_STATEMENTS ?? 2000)
const seed = Number(process.env.SQL_SEED ?? 1)
const maxMs = 5000

let database: TestDatabase
let runner: SqlRunner
let client: pg.Client
before(async () => {
  database = await createTestDatabase()
  const snapshots = ['bitcoin', 'ethereum', 'solana'].map((id) => toSnapshot(id))
  const options = toJobOptions(database, { fetchSnapshots: async () => ({ source: 'test', snapshots, rejected: [] }) })
  for (const job of ['ingest_market_data', 'data_quality_checks'] as const) await runJob(options, job)
  await database.pool.query(
    `insert into users (email, password_hash) values ('ada@example.org', '$argon2id$never-shown')`,
  )
  await grantReader(database.connection)
  runner = new SqlRunner(database.connection)
  client = await connect()
})
after(async () => {
  await client.end()
  await database.drop()
})

async function connect(): Promise<pg.Client> {
  const opened = new pg.Client({ ...database.connection, user: reader })
  opened.on('error', () => undefined)
  await opened.connect()
  return opened
}

test('the views have documented columns and the rows of the warehouse', async () => {
  const views = await listViews(runner)
  const names = 'candles checks coins correlations daily exchange_candles prices runs volatility'.split(' ')
  assert.deepEqual(
    views.map(({ name }) => name),
    names.map((name) => `market.${name}`),
  )
  for (const { name, description, columns } of views) {
    assert.ok(description.length > 10, name)
    for (const column of columns) assert.ok(column.description.length > 3, `${name}.${column.name}`)
    assert.deepEqual(
      (await runner.run(`select * from ${name} limit 1`)).columns.map((column) => column.name),
      columns.map((column) => column.name),
    )
  }
  const { columns, rows, truncated } = await runner.run(
    `select coingecko_id, price_usd, timestamp, price_usd > 0 as is_positive, count(*) over () from market.prices order by 1;`,
  )
  assert.deepEqual(
    columns.map(({ type }) => type),
    ['text', 'double', 'timestamp', 'boolean', 'bigint'],
  )
  const { rows: facts } = await database.pool.query(
    `select price_usd, timestamp from fact_market_data order by coin_id limit 1`,
  )
  assert.deepEqual(rows[0], ['bitcoin', facts[0].price_usd, facts[0].timestamp, true, '3'])
  assert.equal(truncated, false)
  const many = await runner.run('select n from generate_series(1, 5000) n')
  assert.deepEqual([many.rows.length, many.truncated], [1000, true])
  assert.match(String((await runner.run('explain select * from market.coins')).rows[0]?.[0]), /Scan/)
})

/** Runs for days and stores next to nothing. */
const endless =
  'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b, generate_series(1, 100000) c'

test('errors say what to change', async () => {
  const cases: [string, RegExp][] = [
    ['select nothing from market.coins', /SQL error at character 8: column "nothing" does not exist/],
    ['select 1; select 2', /cannot insert multiple commands/],
    ['select * from public.users', /Not allowed/],
    ['insert into market.coins (coin_id) values (1)', /SQL error/],
    [`select repeat('x', 20000000)`, /exceeds 8 MB/],
    [endless, /cancelled after 5 s/],
  ]
  await Promise.all(
    cases.slice(-2).map(([query, words]) => assert.rejects(runner.run(query), { message: words }, query)),
  )
  for (const [query, words] of cases.slice(0, -2)) await assert.rejects(runner.run(query), { message: words }, query)
})

const secrets = /argon2id|ada@example/

const countAll = `select (select count(*) from users) || '/' || (select count(*) from audit_log) || '/' ||
  (select count(*) from fact_market_data) || '/' || (select count(*) from pg_class where relpersistence = 't') || '/' ||
  (select count(*) from pg_largeobject_metadata) || '/' || (select count(*) from pg_class where relnamespace in ('public'::regnamespace, 'market'::regnamespace)) || '/' ||
  (select string_agg(rolname || rolsuper, ',' order by rolname) from pg_roles) as state`

async function send(text: string): Promise<string> {
  try {
    return JSON.stringify(await runner.run(text))
  } catch (error) {
    if (!(error instanceof AppError) || !['unprocessable', 'unavailable'].includes(error.code)) throw error
    return error.message
  }
}

test(`${statements} hostile statements write nothing, read nothing outside market, and end in time`, {
  timeout: 60_000 + statements * 20,
}, async () => {
  const { rows: before } = await database.pool.query(countAll)
  const direct = async (text: string): Promise<string> => {
    try {
      return JSON.stringify((await client.query(text)) as unknown)
    } catch (error) {
      if ((error as Error).message.startsWith('Connection terminated')) client = await connect()
      return String((error as Error).message)
    }
  }
  const stop = watchReader(database.connection, { activeMs: 1000, idleMs: 30_000 })
  let slowest = 0
  for (let count = 0; count < statements; count += 1) {
    const text = toHostileSql(chooser(seed, count))
    const started = performance.now()
    const answer = count % 4 === 0 ? await send(text) : await direct(text)
    const ms = performance.now() - started
    slowest = Math.max(slowest, ms)
    assert.ok(ms < maxMs + 1000, `${ms} ms: ${text}`)
    assert.doesNotMatch(answer, secrets, text)
    if (count % 200 === 0) await client.query('rollback').catch(() => undefined)
  }
  stop()
  assert.deepEqual((await database.pool.query(countAll)).rows, before, `slowest ${Math.round(slowest)} ms`)
})

test('a session that lifts its own limits is ended', async () => {
  const stop = watchReader(database.connection, { activeMs: 300, idleMs: 300 })
  const [busy, idle] = [await connect(), await connect()]
  await busy.query('set statement_timeout = 0')
  await idle.query('set idle_in_transaction_session_timeout = 0; begin; lock table market.coins in access share mode')
  await assert.rejects(busy.query(endless))
  await waitFor(
    async () =>
      idle.query('select 1').then(
        () => false,
        () => true,
      ),
    'the end of the idle session',
  )
  stop()
  await Promise.all([busy, idle].map((each) => each.end().catch(() => undefined)))
})

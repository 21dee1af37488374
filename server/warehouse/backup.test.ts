import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { dayMs, tickMs } from '../../contract/time.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { BackupReader, type BackupSummary, restoreBackup, writeBackup } from './backup.ts'
import { openPool } from './db.ts'
import { keepMinutePartitions, upsertMinuteBars } from './minute-bars.ts'

const start = Date.parse('2026-10-30T00:00:00Z')
const awkward = 'Tab\tbackslash\\N newline\n\u2028 "quotes" ☂ \\.'

let database: TestDatabase
let written: { text: Buffer; summary: BackupSummary }

async function save({ pool }: Pick<TestDatabase, 'pool'>) {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  const summary = await writeBackup(pool, [sink], { mode: 'demo', version: '1.2.3', onTable: () => undefined })
  return { text: Buffer.concat(chunks), summary }
}

/** In pieces of an odd size, so that lines are cut anywhere. */
const load = async ({ pool }: Pick<TestDatabase, 'pool'>, text: Buffer) => {
  const pieces = Array.from({ length: Math.ceil(text.length / 997) }, (_, index) =>
    text.subarray(index * 997, (index + 1) * 997),
  )
  const reader = await BackupReader.open(Readable.from(pieces))
  return restoreBackup(pool, reader, { onTable: () => undefined })
}

before(async () => {
  database = await createTestDatabase()
  let now = start
  const options = toJobOptions(
    database,
    {
      fetchSnapshots: async () => ({
        source: 'test',
        snapshots: [
          toSnapshot('a', { name: awkward, price_usd: 1e-9 }),
          toSnapshot('b', { price_usd: 0.1 + (now % 7) / 3, market_cap: null }),
        ],
        rejected: [{ coingecko_id: 'x', rule: 'price_usd_positive', payload: { words: awkward, n: [1, null] } }],
      }),
      fetchHistory: async () => ({
        source: 'test',
        received: 1,
        points: [{ at: start - dayMs, price_usd: 3, market_cap: null, volume: 4 }],
        rejected: [],
      }),
    },
    { clock: { ...systemClock, now: () => now } },
  )
  for (const offset of [0, 1, 2, 144, 288, 432]) {
    now = start + offset * tickMs
    await runJob(options, 'ingest_market_data')
  }
  await runJob(options, 'backfill_history')
  await runJob(options, 'transform_aggregates')
  await runJob(options, 'data_quality_checks')
  await keepMinutePartitions(database.pool, { from: start - dayMs, now: start, retainDays: 0 })
  const bar = { coin_id: 1, open: 1e-9, high: 0.1 + 0.2, low: 1e-10, close: 1 / 3, ticks: 7 }
  await upsertMinuteBars(database.db, [
    { ...bar, minute: start - 60_000 },
    { ...bar, minute: start },
  ])
  written = await save(database)
})
after(() => database.drop())

test('a round trip restores the same rows, checksums, view and id sequences', async (t) => {
  const other = await createTestDatabase()
  t.after(other.drop)
  assert.deepEqual(await load(other, written.text), written.summary)
  const again = await save(other)
  assert.deepEqual(again.summary, written.summary)
  const body = ({ text }: { text: Buffer }) => text.subarray(text.indexOf(10))
  assert.ok(body(again).equals(body(written)), 'the same bytes, but for the head')
  const filled = ['dim_coin', 'fact_market_data', 'fact_daily_ohlcv', 'latest_market_data', 'pipeline_runs']
  for (const table of [...filled, 'fact_minute_ohlc']) assert.ok((written.summary[table]?.rows ?? 0) > 0, table)
  const { rows } = await other.pool.query('select name from mv_latest_market_data order by coin_id')
  assert.deepEqual(rows, [{ name: awkward }, { name: 'b' }])
  await assertInvariants(other)
  const { rows: strays } = await other.pool.query('select from fact_market_data_default')
  assert.equal(strays.length, 0, 'the facts are in their months')
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('c')], rejected: [] })
  assert.equal((await runJob(toJobOptions(other, { fetchSnapshots }), 'ingest_market_data')).status, 'success')
})

const half = (text: Buffer) => text.subarray(0, Math.floor(text.length / 2))
const spoiled: [string, (text: Buffer) => Buffer, RegExp][] = [
  ['cut in half', half, /truncated/],
  ['without its end', (text) => text.subarray(0, text.lastIndexOf('-- end')), /truncated/],
  [
    'with another price',
    (text) => Buffer.from(text.toString().replace('\t1e-09\t', '\t2e-09\t')),
    /do not match its checksums/,
  ],
  ['with a row missing', (text) => Buffer.from(text.toString().replace(/\n.*\t1e-09\t.*\n/, '\n')), /do not match/],
  [
    'with another table',
    (text) => Buffer.from(text.toString().replace('copy "dim_coin"', 'copy "pg_class"')),
    /this version lacks/,
  ],
  [
    'with other SQL',
    (text) => Buffer.from(text.toString().replace('copy "dim_coin"', 'drop table dim_coin; copy "dim_coin"')),
    /invalid line/,
  ],
  [
    'of a newer format',
    (text) => Buffer.from(text.toString().replace('"format":1', '"format":2')),
    /update CryptoFlow/,
  ],
  ['of another kind', () => Buffer.from('hello\nworld\n'), /not a CryptoFlow backup/],
  ['that is empty', () => Buffer.alloc(0), /not a CryptoFlow backup/],
]
for (const [name, spoil, words] of spoiled)
  test(`rejects a backup ${name} and restores nothing`, async (t) => {
    const other = await createTestDatabase()
    t.after(other.drop)
    await assert.rejects(load(other, spoil(written.text)), words)
    const { rows } = await other.pool.query(
      'select (select count(*) from dim_coin)::int + (select count(*) from fact_market_data)::int as n',
    )
    assert.equal(rows[0].n, 0)
    assert.deepEqual(await load(other, written.text), written.summary, 'the good one can follow')
  })

test('never restores into a warehouse with data', async () => {
  await assert.rejects(load(database, written.text), /already holds data/)
  assert.deepEqual((await save(database)).summary, written.summary)
})

const options = { mode: 'demo', version: '1', onTable: () => undefined } as const

test('a failing disk leaves the warehouse usable', async () => {
  const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) })
  const pool = openPool(database.connection, { log: quietLog, max: 1 })
  await assert.rejects(writeBackup(pool, [failing], options), /no space/)
  await pool.query('select 1')
  await pool.end()
})

test('a backup is consistent while others write', async () => {
  await database.pool.query(`insert into data_quality_checks (check_name, table_name, dimension, severity, status, details)
    select 'filler', 'none', 'validity', 'minor', 'no_data', jsonb_build_object('text', repeat('x', 400)) from generate_series(1, 3000)`)
  const { summary: before } = await save(database)
  let asked: Promise<unknown> | undefined
  const slow = new Writable({
    write: (_chunk, _encoding, done) => {
      asked ??= runJob(toJobOptions(database, {}), 'data_quality_checks')
      asked.then(() => done(), done)
    },
  })
  assert.deepEqual(await writeBackup(database.pool, [slow], options), before)
  assert.notDeepEqual((await save(database)).summary, before, 'something was written')
})

test('restores accounts, watchlists and the audit log, but no sessions, and reserves ids of deleted accounts', async (t) => {
  const source = await createTestDatabase()
  const target = await createTestDatabase()
  t.after(() => Promise.all([source.drop(), target.drop()]))
  await source.pool.query(`
    insert into users (email, password_hash) select n || '@example.org', '$argon2id$x' from generate_series(1, 3) n;
    insert into sessions (user_id, token_hash, idle_expires_at, expires_at) values (1, sha256('x'), now(), now());
    insert into login_throttle values ('x', 1, now(), now());
    insert into account_links values (sha256('x'), 1, 'reset_password', 'x', now());
    insert into watchlist (user_id, coin_id, position) values (1, 7, 1);
    insert into audit_log (action, user_id) values ('account_created', 3), ('account_deleted', 3);
    delete from users where id = 3`)
  await load(target, (await save(source)).text)
  const count = async (table: string) => (await target.pool.query(`select from ${table}`)).rowCount
  const tables = ['users', 'watchlist', 'audit_log', 'sessions', 'login_throttle', 'account_links']
  assert.deepEqual(await Promise.all(tables.map(count)), [2, 1, 2, 0, 0, 0])
  const { rows } = await target.pool.query(
    `insert into users (email, password_hash) values ('4@example.org', '$argon2id$x') returning id`,
  )
  assert.equal(rows[0].id, 4)
  await assert.rejects(load(target, (await save(source)).text), /already holds data/)
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as open } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import type { FastifyInstance } from 'fastify'
import { call, createAccountsApi, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'
import { exportToFolder } from '../cli/export.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'

const minutes = 12_000
const start = Date.parse('2026-06-01T00:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'export-'))
let database: TestDatabase
let app: FastifyInstance
let url: string
before(async () => {
  database = await createTestDatabase()
  const { pool } = database
  const to = new Date(start + minutes * 60_000)
  for (const table of ['fact_market_data', 'fact_minute_ohlc'] as const)
    await ensurePartitions(pool, { from: new Date(start), to, table })
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select id, left(id, 3), id, now(), now() from unnest(array['bitcoin', 'odd,"id', 'solana']) id`)
  await pool.query(
    `insert into fact_minute_ohlc (coin_id, minute, open, high, low, close, ticks)
     select c.id, $1::timestamptz + make_interval(mins => n), 100 + n / 7.0, 200 + n / 7.0, 50, 1e-9 * n, n
     from dim_coin c, generate_series(1, $2::int) n where c.coingecko_id <> 'solana'`,
    [new Date(start), minutes],
  )
  await pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, volume, granularity)
     select id, $1::timestamptz, 2.5, null, 'hourly' from dim_coin`,
    [new Date(start)],
  )
  await pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, granularity)
     select 1, $1::timestamptz + make_interval(mins => 10 * n), n, '10min' from generate_series(1, 249) n`,
    [new Date(start)],
  )
  await pool.query(`insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, samples, close_at, granularity)
    select id, '2026-06-01', 1, 2, 0.5, 1.5, 24, '2026-06-02', 'hourly' from dim_coin`)
  app = await createAccountsApi(database)
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/export`
})
after(async () => {
  rmSync(folder, { recursive: true })
  await app.close()
  await database.drop()
})

const read = async (path: string): Promise<string[]> => {
  const answer = await fetch(`${url}/${path}`)
  assert.equal(answer.status, 200, path)
  return (await answer.text()).split('\n').slice(0, -1)
}

test('exports every row of a range once, coin by coin and oldest first, with the values of the API', async () => {
  const [header, ...lines] = await read('fact_minute_ohlc?format=csv')
  assert.equal(header, 'coin_id,coingecko_id,minute,open,high,low,close,ticks')
  assert.equal(lines.length, 2 * minutes)
  assert.equal(new Set(lines).size, lines.length)
  assert.equal(lines[0], '1,bitcoin,2026-06-01T00:01:00Z,100.14285714285714,200.14285714285714,50,1e-09,1')
  assert.match(lines[minutes] ?? '', /^2,"odd,""id",2026-06-01T00:01:00Z,/)
  const some = await read('fact_minute_ohlc?format=ndjson&coins=2,solana&from=2026-06-02&to=2026-06-02T00:03Z')
  assert.deepEqual(
    some.map((line) => JSON.parse(line)).map(({ coingecko_id, minute, ticks }) => [coingecko_id, minute, ticks]),
    [0, 1, 2].map((n) => ['odd,"id', `2026-06-02T00:0${n}:00Z`, 1440 + n]),
  )
  const [fact] = (await read('fact_market_data?format=ndjson&coins=solana')).map((line) => JSON.parse(line))
  assert.deepEqual([fact.price_usd, fact.volume, fact.granularity], [2.5, null, 'hourly'])
  assert.deepEqual(await read('fact_daily_ohlcv?coins=bitcoin'), [
    'coin_id,coingecko_id,date,open,high,low,close,volume,samples,close_at,granularity',
    '1,bitcoin,2026-06-01,1,2,0.5,1.5,,24,2026-06-02T00:00:00Z,hourly',
  ])
})

test('resumes after any row', async () => {
  const all = await read('fact_minute_ohlc?format=ndjson')
  for (const at of [4_999, minutes - 1, minutes + 345, 2 * minutes - 1]) {
    const { coin_id, minute } = JSON.parse(all[at] ?? '')
    assert.deepEqual(await read(`fact_minute_ohlc?format=ndjson&cursor=${coin_id}:${minute}`), all.slice(at + 1))
  }
})

test('compresses as the client accepts', async () => {
  const plain = await read('fact_minute_ohlc')
  const decoders = { zstd: zstdDecompress, br: brotliDecompress, gzip: gunzip }
  for (const [encoding, decode] of Object.entries(decoders)) {
    const answer = await app.inject({
      url: '/api/v1/export/fact_minute_ohlc',
      headers: { 'accept-encoding': encoding },
    })
    assert.equal(answer.headers['content-encoding'], encoding)
    assert.ok(answer.rawPayload.length < plain.join().length / 3, `${encoding}: ${answer.rawPayload.length}`)
    assert.deepEqual(
      String(await promisify(decode)(answer.rawPayload))
        .split('\n')
        .slice(0, -1),
      plain,
    )
  }
})

test('DuckDB reads the Parquet file with the same rows and sums', async () => {
  for (const [table, sum] of [
    ['fact_minute_ohlc', 'sum(close) * 1e9 + sum(ticks) + sum(open)'],
    ['fact_daily_ohlcv', 'sum(high + low) + count(close_at) + count(volume)'],
    ['fact_market_data', 'sum(price_usd) + count(volume)'],
  ] as const) {
    const file = join(folder, `${table}.parquet`)
    writeFileSync(file, Buffer.from(await (await fetch(`${url}/${table}?format=parquet`)).arrayBuffer()))
    const duck = await (await DuckDBInstance.create()).connect()
    const statement = (from: string, key: string) =>
      `select count(*)::int as rows, (${sum})::double precision as total, max(${key})::date::text as newest from ${from}`
    const key = { fact_minute_ohlc: 'minute', fact_daily_ohlcv: 'date', fact_market_data: 'timestamp' }[table]
    const [seen] = (await duck.runAndReadAll(statement(`'${file}'`, key))).getRowObjectsJS()
    const { rows } = await database.pool.query(statement(table, key))
    assert.deepEqual([seen?.rows, seen?.newest], [rows[0].rows, rows[0].newest])
    assert.ok(Math.abs(Number(seen?.total) / rows[0].total - 1) < 1e-12, `${table}: ${seen?.total}, ${rows[0].total}`)
    duck.closeSync()
  }
})

test('limits concurrent exports; a client that stops reading holds no connection, and one that leaves frees its place', async () => {
  const locker = await database.pool.connect()
  await locker.query('begin; lock table fact_minute_ohlc in access exclusive mode')
  const start = () =>
    new Promise<IncomingMessage>((resolve) => {
      open(`${url}/fact_minute_ohlc`, (response) => resolve(response.pause())).end()
    })
  const started = await Promise.all([start(), start(), start(), start()])
  assert.equal((await fetch(`${url}/fact_daily_ohlcv`)).status, 503)
  await locker.query('commit')
  locker.release()
  await waitFor(() => database.pool.idleCount === database.pool.totalCount, 'idle connections')
  for (const response of started) response.destroy()
  await waitFor(async () => (await fetch(`${url}/fact_daily_ohlcv`)).status === 200, 'a free place')
})

test('writes a Parquet file per month, which DuckDB reads as one table', async () => {
  const all = { from: null, to: null, coins: null, out: folder }
  const files = await exportToFolder(database.db, { ...all, table: 'fact_minute_ohlc' })
  assert.deepEqual(
    files.map(({ month, rows }) => [month, rows]),
    [['2026-06', 2 * minutes]],
  )
  await exportToFolder(database.db, { ...all, table: 'fact_market_data', from: '2026-06-01', to: '2026-08-01' })
  const duck = await (await DuckDBInstance.create()).connect()
  const read = async (statement: string) => (await duck.runAndReadAll(statement)).getRowObjectsJS()[0]
  const seen =
    await read(`select count(*)::int as rows, min(month) as month, sum(ticks)::double as ticks, sum(close) as total
    from read_parquet('${folder}/fact_minute_ohlc/*/*.parquet', hive_partitioning = true)`)
  const { rows } = await database.pool.query(
    'select count(*)::int as rows, sum(ticks)::float8 as ticks, sum(close) as total from fact_minute_ohlc',
  )
  assert.deepEqual([seen?.rows, seen?.month, seen?.ticks], [rows[0].rows, '2026-06', rows[0].ticks])
  assert.ok(Math.abs(Number(seen?.total) / rows[0].total - 1) < 1e-12)
  const facts = await read(`select count(*)::int as rows from '${folder}/fact_market_data/month=2026-06/data.parquet'`)
  assert.equal(facts?.rows, 252)
  duck.closeSync()
  await assert.rejects(exportToFolder(database.db, { ...all, table: 'users' }), /--table must be one of/)
})

type Page = Partial<Record<'prices' | 'candles', { timestamp: string }[]>> & { next_cursor: string | null }

test('pages through every price and candle of a range, and sends them as files', async () => {
  const range = 'from=2026-06-01T00:00:00Z&to=2026-06-02T16:00:00Z'
  const listAll = async (path: string, pick: (page: Page) => { timestamp: string }[]) => {
    const found: { timestamp: string }[] = []
    for (let cursor = ''; ; ) {
      const { body } = await call(app, `GET /coins/bitcoin/${path}${cursor}`)
      const page = body as never as Page
      found.push(...pick(page))
      if (page.next_cursor === null) return found
      cursor = `&cursor=${page.next_cursor}`
    }
  }
  const prices = await listAll(`history?${range}&limit=100`, (page) => page.prices ?? [])
  assert.deepEqual([prices.length, prices[0]?.timestamp], [240, '2026-06-01T00:00:00Z'])
  assert.equal(new Set(prices.map(({ timestamp }) => timestamp)).size, 240)
  const minutely = 'ohlcv?interval=1m&from=2026-06-01T00:00:00Z&to=2026-06-05T00:00:00Z'
  const candles = await listAll(minutely, (page) => page.candles ?? [])
  assert.equal(new Set(candles.map(({ timestamp }) => timestamp)).size, 4 * 1440 - 1)
  const csv = await app.inject(`/api/v1/coins/bitcoin/history?${range}&format=csv&limit=2`)
  assert.equal(csv.body, 'timestamp,price_usd\n2026-06-01T00:00:00Z,2.5\n2026-06-01T00:10:00Z,1\n')
  assert.equal(csv.headers['x-next-cursor'], '2026-06-01T00:10:00Z')
  const lines = (await app.inject(`/api/v1/coins/bitcoin/ohlcv?from=2026-06-01T00:00:00Z&format=ndjson`)).body
  assert.deepEqual([JSON.parse(lines).close, JSON.parse(lines).close_at], [1.5, '2026-06-02T00:00:00Z'])
  const file = join(folder, 'history.parquet')
  writeFileSync(file, (await app.inject(`/api/v1/coins/bitcoin/history?${range}&format=parquet`)).rawPayload)
  const duck = await (await DuckDBInstance.create()).connect()
  const statement = `select count(*)::int as rows, sum(price_usd) as total, max(timestamp)::text as newest from '${file}'`
  assert.deepEqual((await duck.runAndReadAll(statement)).getRowObjectsJS(), [
    { rows: 240, total: 2.5 + (239 * 240) / 2, newest: '2026-06-02 15:50:00' },
  ])
  duck.closeSync()
  for (const query of ['to=2026-06-01T00:00:00Z', 'limit=5', 'cursor=2026-06-01T00:00:00Z', 'format=xml'])
    assert.equal((await call(app, `GET /coins/bitcoin/history?${query}`)).status, 422, query)
})

test('rejects invalid ranges and keys without the scope, with what to do', async () => {
  const problems: [string, number, RegExp][] = [
    ['users', 422, /table must be one of fact_market_data/],
    ['fact_market_data?from=2026-02-30', 422, /from must be a UTC day/],
    ['fact_market_data?cursor=1:2026-02-30', 422, /cursor must be/],
    ['fact_market_data?cursor=9999999999:2026-01-01', 422, /cursor must be/],
    ['fact_market_data?coins=nowhere', 404, /None of these coins/],
  ]
  for (const [path, status, words] of problems) {
    const { status: got, body } = await call(app, `GET /export/${path}`)
    assert.deepEqual([got, words.test(body.detail)], [status, true], `${path}: ${body.detail}`)
  }
  const ada = await signUp(app)
  const keyOf = async (scope: string) =>
    (await call(app, 'POST /auth/keys', { as: ada, body: { name: 'x', scopes: [scope] } })).body as never as {
      key: string
    }
  const [reading, exporting] = [await keyOf('read'), await keyOf('export')]
  const route = 'GET /export/fact_daily_ohlcv'
  assert.equal((await call(app, route, { as: reading.key })).status, 403)
  assert.equal((await call(app, route, { as: exporting.key })).status, 200)
})

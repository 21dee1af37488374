import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { FastifyInstance } from 'fastify'
import { dayMs } from '../../../contract/time.ts'
import { call, createAccountsApi, type Session, signUp } from '../../../test/accounts.ts'
import { createTestDatabase, grantReader, type TestDatabase } from '../../../test/database.ts'
import { runJob, toJobOptions } from '../../../test/jobs.ts'
import { toSnapshot } from '../../../test/snapshots.ts'
import { ensurePartitions } from '../../warehouse/partitions.ts'
import { SqlRunner } from '../../warehouse/sql-runner.ts'

const ids = ['bitcoin', 'ethereum', 'solana', 'cardano', 'dogecoin']
const days = 120
let database: TestDatabase
let app: FastifyInstance
let url: string
let key: string
let admin: Session
let client: Client
before(async () => {
  database = await createTestDatabase()
  const { pool, connection, db } = database
  const now = Date.now()
  await ensurePartitions(pool, { from: new Date(now - days * dayMs), to: new Date(now) })
  const fetchSnapshots = async () => ({ source: 'test', snapshots: ids.map((id) => toSnapshot(id)), rejected: [] })
  const options = toJobOptions(database, { fetchSnapshots })
  await runJob(options, 'ingest_market_data')
  await pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, granularity)
     select c.id, d, 100 * c.id + 10 * sin(c.id * extract(epoch from d) / 86400), 'daily' from dim_coin c,
       generate_series(date_trunc('day', now()) - make_interval(days => $1), date_trunc('day', now()), '1 day') d
     on conflict do nothing`,
    [days - 1],
  )
  await pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, samples, close_at, granularity)
     select coin_id, (timestamp at time zone 'UTC')::date, price_usd, price_usd + 1, price_usd - 1, price_usd + 0.5, 2,
       timestamp + interval '1 day', 'daily'
     from fact_market_data where granularity = 'daily' and timestamp < date_trunc('day', now())`,
  )
  for (const job of ['compute_analytics', 'data_quality_checks'] as const) await runJob(options, job)
  await grantReader(connection)
  app = await createAccountsApi(database, {}, { sql: new SqlRunner(connection), allowedHosts: [] })
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  admin = await signUp(app, { db, role: 'administrator' })
  const body = { name: 'agent', scopes: ['read', 'sql'] }
  key = ((await call(app, 'POST /auth/keys', { as: admin, body })).body as never as { key: string }).key
  client = await connect({ 'x-api-key': key })
})
after(async () => {
  await client.close()
  await app.close()
  await database.drop()
})

async function connect(headers: Record<string, string>): Promise<Client> {
  const opened = new Client({ name: 'test', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } })
  await opened.connect(transport as never)
  return opened
}

type Result = { isError?: boolean; content: { text: string }[]; structuredContent?: Record<string, unknown> }
const use = async (name: string, args: Record<string, unknown> = {}, by = client): Promise<Result> =>
  (await by.callTool({ name, arguments: args })) as never
const ask = async (path: string, body?: unknown) => {
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const headers = { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return (await fetch(`${url}/api/v1${path}`, { ...request, headers })).json()
}
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], value)

/** A question: a tool with its arguments, where its answer has the number, and where the API has it. */
type Question = [tool: string, args: Record<string, unknown>, answer: string, path: string, number: string]

const questions: Question[] = [
  ...ids.flatMap((coin, index): Question[] => [
    ['get_coin', { coin }, 'price_usd', `/coins/${coin}`, 'price_usd'],
    ['get_coin', { coin }, 'market_cap', `/coins/${coin}`, 'market_cap'],
    [
      'get_history',
      { coin, days: 90, limit: 1 },
      'items.0.price_usd',
      `/coins/${coin}/history?days=90`,
      'prices.-1.price_usd',
    ],
    [
      'get_history',
      { coin, from: '2020-01-01T00:00:00Z', limit: 1000 },
      'total',
      `/coins/${coin}/history?from=2020-01-01T00:00:00Z`,
      'prices.length',
    ],
    ['get_candles', { coin, limit: 1 }, 'items.0.close', `/coins/${coin}/ohlcv`, 'candles.-1.close'],
    [
      'get_candles',
      { coin, interval: '1w', limit: 1 },
      'items.0.high',
      `/coins/${coin}/ohlcv?interval=1w`,
      'candles.-1.high',
    ],
    ['get_candles', { coin, limit: 5 }, 'total', `/coins/${coin}/ohlcv`, 'candles.length'],
    ['get_analytics', { coin, period_days: 30 }, 'volatility', `/coins/${coin}/analytics?period_days=30`, 'volatility'],
    [
      'get_analytics',
      { coin, period_days: 90 },
      'max_drawdown',
      `/coins/${coin}/analytics?period_days=90`,
      'max_drawdown',
    ],
    [
      'get_correlation',
      { period_days: 90, top_n: 5 },
      `matrix.0.${index}`,
      '/analytics/correlation?period_days=90&top_n=5',
      `matrix.0.${index}`,
    ],
  ]),
  ['search_coins', { search: 'bit' }, 'total', '/coins?search=bit', 'total'],
  ['search_coins', { limit: 2 }, 'items.1.price_usd', '/coins?per_page=2', 'items.1.price_usd'],
  ['get_market_overview', {}, 'total_market_cap', '/market/overview', 'total_market_cap'],
  ['get_market_overview', {}, 'total_volume_24h', '/market/overview', 'total_volume_24h'],
  ['get_pipeline_health', {}, 'jobs.0.last_success_at', '/pipeline/health', '0.last_success_at'],
  ['get_pipeline_health', {}, 'jobs.length', '/pipeline/health', 'length'],
  ['get_data_quality', {}, 'tables.0.score', '/quality/summary', '0.score'],
  ['list_views', {}, 'items.length', '/sql/views', 'items.length'],
  [
    'run_sql',
    { query: 'select sum(close) from market.daily' },
    'rows.0.0',
    'select sum(close) from market.daily',
    'rows.0.0',
  ],
  [
    'run_sql',
    { query: 'select count(*)::int from market.prices' },
    'rows.0.0',
    'select count(*)::int from market.prices',
    'rows.0.0',
  ],
]

test(`${questions.length} questions get the numbers of the API, in small answers`, async () => {
  assert.equal(questions.length, 60)
  for (const [tool, args, answer, path, number] of questions) {
    const { isError, content, structuredContent } = await use(tool, args)
    const what = `${tool} ${JSON.stringify(args)}: ${content[0]?.text.slice(0, 200)}`
    assert.notEqual(isError, true, what)
    const body = path.startsWith('/') ? await ask(path) : await ask('/sql', { query: path })
    const list = at(body, number.split('.-1')[0] ?? '')
    const expected = number.includes('.-1.')
      ? at((list as unknown[]).at(-1), number.split('.-1.')[1] ?? '')
      : at(body, number)
    assert.notEqual(expected, undefined, `${what}: ${path} ${number}`)
    assert.deepEqual(at(structuredContent, answer), expected, what)
    assert.ok((content[0]?.text.length ?? 0) < 120_000, what)
  }
})

test('lists up to 12 read-only tools with schemas, and teaches what to change', async () => {
  const { tools } = await client.listTools()
  assert.ok(tools.length <= 12, String(tools.length))
  for (const { name, description, inputSchema, annotations } of tools) {
    assert.ok((description?.length ?? 0) > 30, name)
    assert.deepEqual([inputSchema.type, annotations?.readOnlyHint], ['object', true], name)
  }
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['get_coin', { coin: 'nowhere' }, /not found|No coin|isn't tracked/i],
    ['get_coin', {}, /coin is missing/],
    ['get_candles', { coin: 'bitcoin', interval: '2h' }, /interval must be one of 1m/],
    ['run_sql', { query: 'delete from market.coins' }, /SQL error/],
    ['run_sql', { query: 'select email from public.users' }, /Only the views of the schema market/],
    ['get_price', {}, /Choose one of search_coins/],
  ]
  for (const [name, args, words] of cases) {
    const { isError, content } = await use(name, args)
    assert.deepEqual([isError, words.test(content[0]?.text ?? '')], [true, true], `${name}: ${content[0]?.text}`)
  }
  const { url: target } = (await use('export_data', { table: 'fact_daily_ohlcv', coins: 'solana' }))
    .structuredContent as { url: string }
  assert.match(await (await fetch(target)).text(), /^coin_id,.*\n3,solana,/)
})

test('a request has the rights of its key; other hosts and origins are refused', async () => {
  const anonymous = await connect({})
  assert.match((await use('run_sql', { query: 'select 1' }, anonymous)).content[0]?.text ?? '', /Not signed in/)
  await anonymous.close()
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const post = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/mcp',
      payload: message,
      headers: { accept: 'application/json, text/event-stream', ...headers },
    })
  assert.equal((await post({ host: 'evil.example' })).statusCode, 403)
  assert.equal((await post({ origin: 'https://evil.example' })).statusCode, 403)
  assert.equal((await post({ 'x-api-key': 'cf_wrong' })).statusCode, 401)
  assert.equal((await app.inject({ url: '/mcp' })).statusCode, 405)
})

test('serves the same tools on standard input and output', async () => {
  const command = fileURLToPath(new URL('../../main.ts', import.meta.url))
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [command, 'mcp', '--url', url],
    env: { ...process.env, CRYPTOFLOW_API_KEY: key } as Record<string, string>,
  })
  const local = new Client({ name: 'test', version: '1' })
  await local.connect(transport as never)
  const { price_usd } = (await ask('/coins/bitcoin')) as { price_usd: number }
  assert.equal((await use('get_coin', { coin: 'bitcoin' }, local)).structuredContent?.price_usd, price_usd)
  assert.equal((await use('run_sql', { query: 'select 7 as n' }, local)).structuredContent?.truncated, false)
  await local.close()
})

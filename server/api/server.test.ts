import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import WebSocket from 'ws'
import type { CoinDetail, CoinList } from '../../contract/coins.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { StreamReport } from '../../contract/live.ts'
import type { MarketOverview } from '../../contract/market.ts'
import type { Readiness } from '../../contract/status.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { createPublisher } from '../../test/publisher.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { Hub } from '../live/hub.ts'

const origin = 'https://friend.example'
let database: TestDatabase
let app: FastifyInstance
let url: string
const hub = new Hub(systemClock)
const publisher = createPublisher(hub)
let price = 10

const publish = async () => {
  const snapshots = Array.from({ length: 25 }, (_, index) =>
    toSnapshot(index === 0 ? 'bitcoin' : `coin-${index}`, {
      market_cap_rank: index + 1,
      price_usd: price,
      kind: index === 3 ? 'stablecoin' : 'coin',
    }),
  )
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  await runJob(toJobOptions(database, { fetchSnapshots }), 'ingest_market_data')
}

before(async () => {
  database = await createTestDatabase()
  app = await createApi(database.db, { corsOrigins: [origin], hub })
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  hub.start()
})
after(async () => {
  hub.stop()
  await app.close()
  await database.drop()
})

const getJson = async <T>(path: string): Promise<T> => (await fetch(url + path)).json() as Promise<T>

const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })

test('all routes respond with empty data before the first snapshot', async () => {
  const ready = await getJson<Readiness>('/readyz')
  assert.deepEqual(
    [ready.status, ready.mode, ready.ingest.state, ready.live.source],
    ['ready', 'demo', 'waiting', null],
  )
  assert.equal((await getJson<CoinList>('/api/v1/coins')).total, 0)
  const overview = await getJson<MarketOverview>('/api/v1/market/overview')
  assert.deepEqual([overview.active_coins, overview.btc_dominance, overview.last_updated], [0, null, null])
  assert.equal((await get('/livez')).status, 200)
})

test('lists have the fields that earlier clients read', async () => {
  await publish()
  const list = await getJson<CoinList>('/api/v1/coins?page=2&per_page=20')
  assert.deepEqual([list.total, list.page, list.per_page, list.pages, list.items.length], [25, 2, 20, 2, 5])
  for (const key of [
    'id',
    'coingecko_id',
    'symbol',
    'name',
    'image_url',
    'market_cap_rank',
    'price_usd',
    'price_change_24h_pct',
    'market_cap',
    'total_volume',
  ])
    assert.ok(key in (list.items[0] ?? {}), key)
  const detail = await getJson<CoinDetail>(`/api/v1/coins/${list.items[0]?.id}`)
  for (const key of [
    'circulating_supply',
    'total_supply',
    'max_supply',
    'ath',
    'ath_date',
    'atl',
    'atl_date',
    'high_24h',
    'low_24h',
    'description',
    'category',
  ])
    assert.ok(key in detail, key)
  const overview = await getJson<MarketOverview>('/api/v1/market/overview')
  for (const key of [
    'total_market_cap',
    'total_volume_24h',
    'btc_dominance',
    'active_coins',
    'top_gainers',
    'top_losers',
    'market_cap_change_24h_pct',
    'volume_change_24h_pct',
    'last_updated',
  ])
    assert.ok(key in overview, key)
  assert.match(detail.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  assert.equal((await getJson<CoinList>('/api/v1/coins?kind=stablecoin')).total, 1)
})

test('caches responses until the next snapshot', async () => {
  const first = await get('/api/v1/coins/bitcoin')
  const etag = first.headers.get('etag') ?? ''
  assert.match(first.headers.get('cache-control') ?? '', /max-age/)
  assert.equal((await get('/api/v1/coins/bitcoin', { 'if-none-match': etag })).status, 304)
  const known = ['*', ' * ', `W/${etag}`, `"a,b", ${etag}`, `"x",W/${etag},"y"`, `${etag} , W/"z"`]
  for (const tags of known) {
    const unchanged = await get('/api/v1/coins/bitcoin', { 'if-none-match': tags })
    assert.deepEqual([unchanged.status, await unchanged.text(), unchanged.headers.get('etag')], [304, '', etag], tags)
  }
  const head = await fetch(`${url}/api/v1/coins/bitcoin`, { method: 'HEAD', headers: { 'if-none-match': etag } })
  assert.deepEqual([head.status, head.headers.get('etag')], [304, etag])
  for (const tags of [
    '"x"',
    'W/"x"',
    '"*"',
    etag.slice(1, -1),
    `"x, ${etag.slice(1)}`,
    `"${etag.slice(1, -1)}x"`,
    '""',
    '',
  ])
    assert.equal((await get('/api/v1/coins/bitcoin', { 'if-none-match': tags })).status, 200, tags)
  price = 11
  await publish()
  const fresh = await waitFor(async () => {
    const answer = await get('/api/v1/coins/bitcoin', { 'if-none-match': etag })
    return answer.status === 200 ? answer : undefined
  })
  assert.equal(((await fresh.json()) as CoinDetail).price_usd, 11)
})

test('rejects invalid requests with a remedy in the error format, without caching', async () => {
  const cases: [string, number, RegExp][] = [
    ['/api/v1/coins?per_page=101', 422, /per_page/],
    ['/api/v1/coins?page=0', 422, /page/],
    ['/api/v1/coins?page=x', 422, /page/],
    ['/api/v1/coins?page=1&page=2', 422, /page/],
    ['/api/v1/coins?sort_by=id;drop', 422, /sort_by/],
    ['/api/v1/coins?sort_dir=up', 422, /sort_dir/],
    ['/api/v1/coins?market_cap_min=-1', 422, /market_cap_min/],
    ['/api/v1/coins?total_volume_max=many', 422, /total_volume_max/],
    ['/api/v1/coins?price_change_24h_pct_min=-100.1', 422, /price_change_24h_pct_min/],
    ['/api/v1/coins?market_cap_min=3&market_cap_max=2', 422, /market_cap_min must not be above market_cap_max/],
    [`/api/v1/coins?search=${'x'.repeat(101)}`, 422, /search/],
    ['/api/v1/coins?search=%00', 422, /search/],
    ...['', 'x', '1,', '1,,2', '-1', '1 or 1=1', `1${',1'.repeat(500)}`].map((ids): [string, number, RegExp] => [
      `/api/v1/coins?ids=${encodeURIComponent(ids)}`,
      422,
      /ids/,
    ]),
    ['/api/v1/coins/%00', 422, /id/],
    ['/api/v1/coins/999999', 404, /Coin with id 999999 not found/],
    ['/api/v1/nothing', 404, /Route not found: GET/],
  ]
  for (const [path, status, words] of cases) {
    const response = await get(path, { origin })
    const body = (await response.json()) as ErrorBody
    assert.equal(response.status, status, path)
    assert.match(body.error.message, words, path)
    assert.equal(body.detail, body.error.message)
    assert.ok(body.error.code && body.error.request_id)
    assert.equal(response.headers.get('cache-control'), 'no-store', path)
    assert.equal(response.headers.get('access-control-allow-origin'), origin, path)
  }
})

test('rejects a malformed URL in the error format', async () => {
  const response = await get('/api/v1/coins/%E0%A4%A')
  assert.equal(response.status, 400)
  assert.match(((await response.json()) as ErrorBody).error.message, /not a valid url/i)
})

test('allows only configured origins and answers their preflight requests', async () => {
  const preflight = await fetch(`${url}/api/v1/coins?page=1`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'content-type,authorization',
    },
  })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), origin)
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /DELETE/)
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/)
  assert.equal(preflight.headers.get('access-control-max-age'), '600')
  const foreign = await get('/api/v1/coins', { origin: 'https://other.example' })
  assert.equal(foreign.headers.get('access-control-allow-origin'), null)
})

const openSocket = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ socket?: WebSocket; status?: number; frames: string[] }>((resolve) => {
    const frames: string[] = []
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers })
    socket.on('message', (data) => frames.push(String(data)))
    socket.on('open', () => resolve({ socket, frames }))
    socket.on('unexpected-response', (_request, response) => resolve({ status: response.statusCode ?? 0, frames }))
    socket.on('error', () => undefined)
  })

test('the stream sends a snapshot and then changes, and rejects foreign pages and other paths', async () => {
  publisher.seed({ bitcoin: 1 })
  const { socket, frames } = await openSocket('/api/v1/ws/prices', { origin })
  await waitFor(() => frames.length >= 2)
  const snapshot = JSON.parse(frames[1] ?? '')
  assert.deepEqual([snapshot.type, snapshot.snapshot, snapshot.prices], ['price_update', true, { bitcoin: 1 }])
  publisher.publish({ bitcoin: 2 })
  await waitFor(() => frames.some((frame) => frame.includes('"bitcoin":2')))
  assert.equal((await getJson<Readiness>('/readyz')).live.clients, 1)
  socket?.close()
  await waitFor(() => hub.clients === 0)
  assert.equal((await openSocket('/api/v1/ws/prices', { origin: 'https://other.example' })).status, 403)
  assert.equal((await openSocket('/elsewhere')).status, 404)
})

test('the stream serves server-sent events for the requested coins and reports its status', async () => {
  publisher.seed({ bitcoin: 1, ethereum: 2 })
  const ended = new AbortController()
  const answer = await fetch(`${url}/api/v1/stream/prices?coins=ethereum`, {
    signal: ended.signal,
    headers: { origin },
  })
  assert.match(answer.headers.get('content-type') ?? '', /text\/event-stream/)
  assert.equal(answer.headers.get('access-control-allow-origin'), origin)
  let text = ''
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString()
  })().catch(() => undefined)
  const frames = () =>
    text
      .split('\n\n')
      .filter((part) => part.startsWith('data: '))
      .map((part) => JSON.parse(part.slice(6)))
  await waitFor(() =>
    frames().some((frame) => frame.snapshot && frame.prices.ethereum === 2 && !('bitcoin' in frame.prices)),
  )
  assert.ok(
    frames().every((frame) => !('bitcoin' in (frame.prices ?? {}))),
    'only the requested coins',
  )
  publisher.publish({ bitcoin: 5, ethereum: 6 })
  await waitFor(() => frames().some((frame) => frame.prices?.ethereum === 6))
  const report = await getJson<StreamReport>('/api/v1/ws/status')
  assert.deepEqual([report.clients, report.source, report.stale], [1, 'test', false])
  assert.ok((report.price_age_ms ?? -1) >= 0 && report.frames_per_second > 0)
  assert.deepEqual([report.active_connections, report.consumer_connected], [1, true])
  assert.ok(Number.isInteger(report.messages_per_minute) && report.messages_per_minute > 0)
  assert.ok(typeof report.seconds_since_broadcast === 'number' && report.seconds_since_broadcast >= 0)
  ended.abort()
  await reading
  await waitFor(() => hub.clients === 0)
})

test('the documentation lists the routes, and /docs redirects to it', async () => {
  const docs = await getJson<{ paths: Record<string, unknown> }>('/api/docs/json')
  for (const path of ['/api/v1/coins', '/api/v1/coins/{id}', '/api/v1/market/overview', '/livez', '/readyz'])
    assert.ok(docs.paths[path], path)
  assert.equal((await fetch(`${url}/docs`, { redirect: 'manual' })).headers.get('location'), '/api/docs')
})

test('responds with 503 instead of empty data when the database is lost', async () => {
  const lost = await createTestDatabase()
  const other = await createApi(lost.db, { mode: 'live' })
  await lost.drop()
  const answer = await other.inject('/api/v1/coins')
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '5'])
  const ready = await other.inject('/readyz')
  assert.equal(ready.statusCode, 503)
  assert.match(ready.json().ingest.problem, /Can't reach the database/)
  await other.close()
})

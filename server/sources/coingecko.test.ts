import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type MarketServer, sendJson, startMarket, startServer, toMarketRow } from '../../test/market-server.ts'
import { systemClock } from '../clock.ts'
import { SourceError, type SourceErrorKind } from '../errors.ts'
import { type CoingeckoOptions, createCoingecko } from './coingecko.ts'

const open = (server: MarketServer, options: Partial<CoingeckoOptions> = {}) =>
  createCoingecko({
    clock: systemClock,
    baseUrl: server.url,
    demoKey: null,
    proKey: null,
    callsPerMinute: 1000,
    ...options,
  })

const patience = () => AbortSignal.timeout(10_000)

async function startWith(t: TestContext, answer: (response: ServerResponse) => void): Promise<MarketServer> {
  const server = await startServer((_query, response) => answer(response))
  t.after(server.close)
  return server
}

const html =
  '<!DOCTYPE html><html><head><title>Access denied | api.coingecko.com used Cloudflare to restrict access</title></head></html>'
const sendText = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, { 'content-type': type })
  response.end(body)
}

const failures: [string, (response: ServerResponse) => void, SourceErrorKind, RegExp][] = [
  [
    'a plain error',
    (r) => sendJson(r, { error: 'Missing parameter vs_currency' }, 422),
    'bad_request',
    /Missing parameter/,
  ],
  [
    'a plain error with a status',
    (r) => sendJson(r, { error: 'boom', status: 500 }, 500),
    'broken',
    /boom.*Retrying automatically/,
  ],
  ['an unknown coin', (r) => sendJson(r, { error: 'coin not found' }, 404), 'not_found', /coin not found/],
  [
    'a rate limit',
    (r) => sendJson(r, { status: { error_code: 429, error_message: 'Rate Limit' } }, 429),
    'rate_limited',
    /COINGECKO_DEMO_API_KEY/,
  ],
  [
    'a rate limit as HTML',
    (r) => sendText(r, 429, 'text/html', '<html><title>Too Many Requests</title></html>'),
    'rate_limited',
    /Too Many/,
  ],
  ['a rate limit as plain text', (r) => sendText(r, 429, 'text/plain', 'Throttled'), 'rate_limited', /Throttled/],
  [
    'a missing key',
    (r) => sendJson(r, { status: { error_code: 10002, error_message: 'API Key Missing' } }, 401),
    'bad_key',
    /Check COINGECKO/,
  ],
  [
    'a pro key on the public host',
    (r) => sendJson(r, { status: { error_code: 10010, error_message: 'x' } }, 400),
    'bad_key',
    /COINGECKO_PRO_API_KEY/,
  ],
  [
    'a demo key on the pro host',
    (r) => sendJson(r, { status: { error_code: 10011, error_message: 'x' } }, 400),
    'bad_key',
    /COINGECKO_DEMO_API_KEY/,
  ],
  [
    'a request for too much history',
    (r) => sendJson(r, { error: { status: { error_code: 10012, error_message: 'range' } } }, 401),
    'plan',
    /365 days/,
  ],
  [
    'a paid endpoint',
    (r) => sendJson(r, { status: { error_code: 10005, error_message: 'paid' } }, 403),
    'plan',
    /paid plan/,
  ],
  ['a firewall block', (r) => sendText(r, 403, 'text/html', html), 'blocked', /Access denied/],
  ['an HTML page with status 200', (r) => sendText(r, 200, 'text/html', html), 'broken', /Access denied/],
  [
    'an error body with status 200',
    (r) => sendJson(r, { status: { error_code: 429, error_message: 'Rate Limit' } }),
    'rate_limited',
    /Rate Limit/,
  ],
  ['a truncated response', (r) => sendJson(r, '[{"id":"bitcoin","cur'), 'broken', /incomplete/],
  ['a dropped connection', (r) => r.socket?.destroy(), 'unreachable', /Can't reach/],
]

for (const [name, answer, kind, words] of failures)
  test(`reports ${name} as ${kind} with a remedy`, async (t) => {
    const server = await startWith(t, answer)
    await assert.rejects(open(server).fetchSnapshots(10, patience()), (error) => {
      assert.ok(error instanceof SourceError, String(error))
      assert.deepEqual([error.kind, error.source], [kind, 'coingecko'])
      assert.match(error.message, words)
      return true
    })
    assert.equal(server.requests.length, 1, 'a failed call is not retried')
  })

test('rejects redirects of every status and target, and does not send the key to the target', async (t) => {
  const thief = await startMarket([toMarketRow('bitcoin')])
  t.after(thief.close)
  for (const status of [301, 302, 303, 307, 308])
    for (const location of [
      `${thief.url}/coins/markets?x_cg_pro_api_key=CG-else`,
      '/elsewhere',
      'http://',
      undefined,
    ]) {
      const server = await startWith(t, (response) => {
        response.writeHead(status, location === undefined ? {} : { location })
        response.end('moved')
      })
      const source = open(server, { proKey: 'CG-kept-here' })
      await assert.rejects(source.fetchSnapshots(10, patience()), (error: SourceError) => {
        assert.deepEqual([error.kind, error.source], ['bad_request', 'coingecko'])
        assert.match(error.message, /redirect.*HTTP 30\d.*Set COINGECKO_BASE_URL/)
        assert.doesNotMatch(error.message, /CG-/)
        return true
      })
      await assert.rejects(source.ping(patience()), /COINGECKO_BASE_URL/)
      assert.equal(server.requests.length, 2)
    }
  assert.equal(thief.requests.length, 0)
})

test('Retry-After delays every later call', async (t) => {
  const server = await startWith(t, (response) =>
    sendJson(response, { error: 'slow down' }, 429, { 'retry-after': '119' }),
  )
  const source = open(server)
  await assert.rejects(source.fetchSnapshots(10, patience()), { retryAfterMs: 119_000 })
  await assert.rejects(source.ping(AbortSignal.timeout(100)), /timeout/i)
  assert.equal(server.requests.length, 1)
})

test('aborts a slow response at the deadline', async (t) => {
  const server = await startWith(t, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('[')
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  })
  await assert.rejects(open(server, { deadlineMs: 300 }).fetchSnapshots(10, patience()), SourceError)
})

test('rejects a response of more than 20 MB', async (t) => {
  const server = await startWith(t, (response) => sendJson(response, `[${' '.repeat(21 * 1024 * 1024)}]`))
  await assert.rejects(open(server).fetchSnapshots(10, patience()), /20 MB/)
})

test('sends the key in the header of its plan, and always a User-Agent', async (t) => {
  const server = await startMarket([])
  t.after(server.close)
  await open(server).fetchSnapshots(1, patience())
  await open(server, { demoKey: 'CG-demo' }).fetchSnapshots(1, patience())
  await open(server, { proKey: 'CG-pro' }).fetchSnapshots(1, patience())
  const sent = server.requests.map(({ headers }) => [headers['x-cg-demo-api-key'], headers['x-cg-pro-api-key']])
  assert.deepEqual(sent, [
    [undefined, undefined],
    ['CG-demo', undefined],
    [undefined, 'CG-pro'],
  ])
  for (const { headers } of server.requests) assert.match(headers['user-agent'] ?? '', /^CryptoFlow\/\d/)
})

test('joins pages in order, keeps each id once, and stops at the requested number of coins', async (t) => {
  const rows = Array.from({ length: 700 }, (_, index) => toMarketRow(`coin-${index}`, { market_cap_rank: index + 1 }))
  const server = await startMarket(rows, { overlap: 3 })
  t.after(server.close)
  const { snapshots, rejected } = await open(server).fetchSnapshots(600, patience())
  assert.deepEqual(
    snapshots.map(({ coingecko_id }) => coingecko_id),
    rows.slice(0, 600).map(({ id }) => id),
  )
  assert.equal(rejected.length, 0)
  assert.deepEqual(
    server.requests.map(({ query }) => query.get('per_page')),
    ['250', '250', '250'],
  )
})

test('stops when CoinGecko repeats its first page', async (t) => {
  const rows = Array.from({ length: 250 }, (_, index) => toMarketRow(`coin-${index}`))
  const server = await startServer((_query, response) => sendJson(response, rows))
  t.after(server.close)
  const { snapshots } = await open(server).fetchSnapshots(5000, patience())
  assert.equal(snapshots.length, 250)
  assert.equal(server.requests.length, 2)
})

test('continues after short pages until a page has no new coin', async (t) => {
  const pages = [3, 1, 4, 0].map((count, page) =>
    Array.from({ length: count }, (_, index) => toMarketRow(`coin-${page}-${index}`)),
  )
  const server = await startServer((query, response) => sendJson(response, pages[Number(query.get('page')) - 1] ?? []))
  t.after(server.close)
  const { snapshots } = await open(server).fetchSnapshots(10, patience())
  assert.deepEqual([snapshots.length, server.requests.length], [8, 3], 'up to three calls for one page of coins')
  server.requests.length = 0
  assert.equal((await open(server).fetchSnapshots(4, patience())).snapshots.length, 4)
  assert.equal(server.requests.length, 2, 'stops once it has enough coins')
})

test('makes up to twice the needed calls, plus one, when each page has one new coin', async (t) => {
  const server = await startServer((query, response) => sendJson(response, [toMarketRow(`coin-${query.get('page')}`)]))
  t.after(server.close)
  const { snapshots } = await open(server).fetchSnapshots(500, patience())
  assert.deepEqual([snapshots.length, server.requests.length], [5, 5])
})

test('parses exchange rates and leaves out invalid ones; an answer without the US dollar fails', async (t) => {
  const euro = { name: 'Euro', unit: '€', value: 55_000.5, type: 'fiat' }
  const usd = { name: 'US Dollar', unit: '$', value: 60_000, type: 'fiat' }
  const bodies: unknown[] = [
    {
      rates: {
        usd,
        eur: euro,
        jpy: { ...euro, value: '9' },
        gbp: { ...euro, value: 0 },
        'B\u0000d': euro,
        xau: { ...euro, type: 'shell' },
        inr: null,
        chf: { ...euro, name: 5, unit: '' },
      },
    },
    { rates: { eur: euro } },
    [],
  ]
  const market = open(await startWith(t, (response) => sendJson(response, bodies.shift())))
  assert.deepEqual(await market.fetchRates(patience()), [
    { code: 'usd', name: 'US Dollar', unit: '$', type: 'fiat', units_per_btc: 60_000 },
    { code: 'eur', name: 'Euro', unit: '€', type: 'fiat', units_per_btc: 55_000.5 },
    { code: 'chf', name: 'CHF', unit: 'CHF', type: 'fiat', units_per_btc: 55_000.5 },
  ])
  for (const _ of [1, 2]) await assert.rejects(market.fetchRates(patience()), /no exchange rate of the US dollar/)
})

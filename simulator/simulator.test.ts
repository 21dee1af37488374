import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Coingecko from '@coingecko/coingecko-typescript'
import WebSocket from 'ws'
import { waitFor } from '../test/wait.ts'
import { type Simulator, startSimulator } from './simulator.ts'

const now = Date.parse('2026-11-24T10:00:30Z')
const clock = () => now
let simulator: Simulator
let sdk: Coingecko

before(async () => {
  simulator = await startSimulator({ coins: 400, clock })
  sdk = new Coingecko({ baseURL: simulator.baseUrl, demoAPIKey: 'any', maxRetries: 0, timeout: 2000, logLevel: 'off' })
})
after(() => simulator.close())

type Row = {
  id: string
  current_price: number | null
  market_cap: number | null
  market_cap_rank: number | null
} & Record<string, number | null>
const listMarkets = async (query: object = {}) =>
  (await sdk.coins.markets.get({ vs_currency: 'usd', per_page: 250, ...query })) as unknown as Row[]

test('the official SDK works with every endpoint', async () => {
  assert.match((await sdk.ping.get()).gecko_says ?? '', /Moon/)
  assert.equal((await listMarkets({ per_page: 50 }))[0]?.id, 'bitcoin')
  const chart = await sdk.coins.marketChart.get('bitcoin', { vs_currency: 'usd', days: '30' })
  assert.ok((chart.prices?.length ?? 0) > 700)
  const candles = await sdk.coins.ohlc.get('bitcoin', { vs_currency: 'usd', days: '7' })
  assert.equal(candles[0]?.length, 5)
  assert.ok((await sdk.coins.list.get()).some(({ id }) => id === 'ethereum'))
  const { rates } = await sdk.exchangeRates.get()
  const dollars = (code: string) => (rates.usd?.value ?? 0) / (rates[code]?.value ?? 0)
  assert.equal(rates.btc?.value, 1)
  assert.ok(Math.abs(dollars('eur') / 1.09 - 1) < 0.01)
})

test('snapshots, charts and OHLC have the same price at the same time', async () => {
  const second = Math.floor(now / 1000)
  const [row] = await listMarkets({ ids: 'solana' })
  const coin = simulator.market.findCoin('solana')
  assert.ok(row && coin)
  assert.equal(row.current_price, simulator.market.priceAt(coin, second - (second % 30)))
  for (const days of ['1', '30', '365']) {
    const { prices = [] } = await sdk.coins.marketChart.get('solana', { vs_currency: 'usd', days })
    for (const [ms, price] of prices) assert.equal(price, simulator.market.priceAt(coin, (ms ?? 0) / 1000))
    assert.ok(
      prices.some(([ms]) => ms === second * 1000),
      'the newest point has the current time',
    )
  }
  const candles = await sdk.coins.ohlc.get('solana', { vs_currency: 'usd', days: '1' })
  for (const [close = 0, open, high = 0, low = 0, last] of candles) {
    assert.equal(last, simulator.market.priceAt(coin, close / 1000))
    assert.equal(open, simulator.market.priceAt(coin, close / 1000 - 1800))
    assert.ok(high >= Math.max(open ?? 0, last ?? 0) && low <= Math.min(open ?? 0, last ?? 0))
  }
})

test('the granularity depends on the requested days: 5 minutes, hours, days at midnight', async () => {
  const steps = async (days: string) => {
    const { prices = [] } = await sdk.coins.marketChart.get('bitcoin', { vs_currency: 'usd', days })
    const times = prices.map(([ms]) => ms ?? 0).sort((a, b) => a - b)
    return { count: times.length, step: (times[10] ?? 0) - (times[9] ?? 0), times }
  }
  const [day, month, year] = await Promise.all(['1', '90', '365'].map(steps))
  assert.ok(day && month && year)
  assert.ok(day.count >= 287 && Math.abs(day.step - 300_000) <= 60_000)
  assert.ok(month.count >= 2158 && Math.abs(month.step - 3_600_000) <= 60_000)
  assert.ok(year.count >= 365 && year.step === 86_400_000)
  assert.equal((year.times.at(-2) ?? 1) % 86_400_000, 0, 'today has a point at midnight and one now')
})

const failure = async (path: string, headers: Record<string, string> = { 'user-agent': 'test' }) => {
  const response = await fetch(simulator.baseUrl + path, { headers })
  return { status: response.status, text: await response.text() }
}

test('errors have the formats and codes of CoinGecko', async () => {
  const cases: [string, number, RegExp][] = [
    ['/coins/markets', 422, /^\{"error":"Missing parameter vs_currency"\}$/],
    ['/coins/nothing/market_chart?vs_currency=usd&days=1', 404, /^\{"error":"coin not found"\}$/],
    [
      '/coins/bitcoin/market_chart?vs_currency=usd&days=366',
      401,
      /^\{"error":\{"status":\{"timestamp":.*"error_code":10012/,
    ],
    ['/coins/bitcoin/market_chart?vs_currency=usd&days=2&interval=hourly', 403, /"error_code":10005/],
    ['/coins/bitcoin/ohlc?vs_currency=usd&days=4', 422, /error/],
    ['/nowhere', 404, /error/],
  ]
  for (const [path, status, shape] of cases) {
    const answer = await failure(path)
    assert.equal(answer.status, status, path)
    assert.match(answer.text, shape)
  }
})

test('each fault has its effect the requested number of times', async () => {
  const seen = async (kind: string, value?: number) => {
    simulator.faults.set([{ kind: kind as 'html', times: 1, ...(value === undefined ? {} : { value }) }])
    const { status, text } = await failure('/coins/markets?vs_currency=usd&per_page=20')
    return { status, text }
  }
  assert.deepEqual(
    [(await seen('rate_limit', 7)).status, (await seen('throttled')).text, (await seen('server_error', 503)).status],
    [429, 'Throttled', 503],
  )
  assert.match((await seen('html')).text, /^<!DOCTYPE html>/)
  assert.throws(() => JSON.parse('[{'), SyntaxError)
  const half = await seen('half_json')
  assert.throws(() => JSON.parse(half.text), SyntaxError)
  assert.ok((await seen('oversized')).text.length > 20 * 1024 * 1024)
  assert.equal(JSON.parse((await seen('duplicates')).text).length, 25)
  assert.equal(JSON.parse((await seen('missing')).text).length, 14)
  assert.match((await seen('bad_values')).text, /"current_price":"NaN"/)
  const stale = JSON.parse((await seen('stale', 6)).text)
  assert.ok(now - Date.parse(stale[0].last_updated) > 6 * 3_600_000)
  simulator.faults.set([{ kind: 'reset', times: 1 }])
  await assert.rejects(failure('/ping'))
  assert.equal((await failure('/ping')).status, 200)
})

test('sets and clears faults over HTTP', async () => {
  const url = simulator.baseUrl.replace('/api/v3', '/_faults')
  const put = (body: string) => fetch(url, { method: 'PUT', body })
  assert.equal((await put('[{"kind":"nonsense"}]')).status, 422)
  assert.equal((await put('[{"kind":"server_error","path":"/ping"}]')).status, 200)
  assert.deepEqual([(await failure('/ping')).status, (await failure('/coins/list')).status], [500, 200])
  await fetch(url, { method: 'DELETE' })
  assert.equal((await failure('/ping')).status, 200)
})

test('enforces the rate limit and the API key', async (t) => {
  const strict = await startSimulator({ coins: 10, apiKey: 'secret', rateLimitPerMinute: 2 })
  t.after(strict.close)
  const ask = (headers: Record<string, string>) =>
    fetch(`${strict.baseUrl}/ping`, { headers: { 'user-agent': 'x', ...headers } })
  assert.equal((await ask({})).status, 401)
  const key = { 'x-cg-demo-api-key': 'secret' }
  assert.deepEqual([(await ask(key)).status, (await ask(key)).status], [200, 200])
  const limited = await ask(key)
  assert.equal(limited.status, 429)
  assert.ok(Number(limited.headers.get('retry-after')) > 0)
})

const listen = (url: string) => {
  const frames: string[] = []
  const socket = new WebSocket(url)
  socket.on('message', (data) => frames.push(String(data)))
  socket.on('error', () => undefined)
  return { frames, socket, close: () => socket.terminate() }
}

test('the stream sends only changed assets, as text that parses to the exact model price', async (t) => {
  const live = await startSimulator({ coins: 60 })
  t.after(live.close)
  const { frames, close } = listen(`${live.wsUrl}?assets=bitcoin,xrp`)
  await waitFor(() => frames.length >= 2)
  close()
  for (const frame of frames) {
    const prices: Record<string, string> = JSON.parse(frame)
    assert.ok(Object.keys(prices).every((id) => ['bitcoin', 'xrp'].includes(id)))
    for (const [id, text] of Object.entries(prices)) {
      const coin = live.market.findCoin(id === 'xrp' ? 'ripple' : id)
      const second = Math.floor(Date.now() / 1000)
      assert.ok(coin)
      const recent = Array.from({ length: 15 }, (_, back) => live.market.priceAt(coin, second - back))
      assert.ok(recent.includes(Number(text)), `${id} ${text}`)
    }
  }
})

test('rejects a wrong key in plain text, and the stream can send garbage and disconnect', async (t) => {
  const strict = await startSimulator({ coins: 10, apiKey: 'secret' })
  t.after(strict.close)
  const refused = listen(`${strict.wsUrl}?assets=ALL&apiKey=wrong`)
  await waitFor(() => refused.frames[0]?.startsWith('Unauthorized'))
  strict.faults.set([{ kind: 'stream_garbage', times: 1 }, { kind: 'stream_drop' }])
  const troubled = listen(`${strict.wsUrl}?assets=ALL&apiKey=secret`)
  await waitFor(() => troubled.socket.readyState === WebSocket.CLOSED)
  assert.equal(troubled.frames.length, 1)
  assert.throws(() => JSON.parse(troubled.frames[0] ?? ''))
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CoinDetails } from '../../contract/coin-details.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { sendJson, startServer } from '../../test/market-server.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { createCoingecko } from '../sources/coingecko.ts'
import { DetailReader } from './coin-details.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  const snapshots = ['bitcoin', 'other', 'third'].map((id) => toSnapshot(id))
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  await runJob(toJobOptions(database, { fetchSnapshots }), 'ingest_market_data')
})
after(() => database.drop())

const body = {
  id: 'bitcoin',
  description: {
    en: '<p>Bitcoin &amp; <a href="javascript:alert(1)">co</a>.</p>\r\n\r\nIt<br/>was<script>x</script>\u0000 first.',
  },
  categories: ['Layer 1', null, 7, 'Proof of Work'],
  links: {
    homepage: ['javascript:alert(1)', ''],
    whitepaper: 'https://example.com/paper',
    blockchain_site: ['https://example.com/explorer'],
    repos_url: { github: ['ftp://example.com'] },
    twitter_screen_name: 'bitcoin',
    telegram_channel_identifier: '../evil',
  },
  tickers: [
    { base: 'BTC', target: 'EUR', market: { name: 'Small' }, converted_last: { usd: 5 }, converted_volume: { usd: 1 } },
    {
      ...{ base: 'BTC', target: 'USDT', market: { name: 'Large' }, trade_url: 'https://example.com/trade' },
      ...{ converted_last: { usd: 6 }, converted_volume: { usd: 900 } },
    },
    { base: 'BTC', target: 'USD', market: { name: 'Odd' }, is_anomaly: true },
    {
      base: 'BTC',
      target: 'GBP',
      market: { name: 'Bad' },
      converted_last: { usd: '5' },
      converted_volume: { usd: -1 },
    },
    null,
  ],
}

test('serves what CoinGecko tells about a coin as plain text and safe links', async (t) => {
  const server = await startServer((_query, response) => sendJson(response, body))
  t.after(server.close)
  const source = { clock: systemClock, baseUrl: server.url, demoKey: null, proKey: null, callsPerMinute: 100 }
  const { fetchDetails } = createCoingecko(source)
  const app = await createApi(database.db, { details: { fetch: fetchDetails, maxPerMinute: 10 } })
  t.after(() => app.close())
  const get = async (): Promise<CoinDetails> => (await app.inject('/api/v1/coins/bitcoin/details')).json()
  const [first, second] = await Promise.all([get(), get()])
  assert.deepEqual(first, second)
  assert.equal(server.requests.length, 1, 'one call for both')
  assert.equal(first.description, 'Bitcoin & co.\n\nIt\n\nwasx first.')
  assert.deepEqual(first.categories, ['Layer 1', 'Proof of Work'])
  assert.deepEqual(first.links, [
    { label: 'White paper', url: 'https://example.com/paper' },
    { label: 'Explorer', url: 'https://example.com/explorer' },
    { label: 'X', url: 'https://x.com/bitcoin' },
  ])
  const none = { price_usd: null, volume_usd: null, url: null }
  assert.deepEqual(first.markets, [
    { exchange: 'Large', pair: 'BTC/USDT', price_usd: 6, volume_usd: 900, url: 'https://example.com/trade' },
    { ...none, exchange: 'Small', pair: 'BTC/EUR', price_usd: 5, volume_usd: 1 },
    { ...none, exchange: 'Bad', pair: 'BTC/GBP' },
  ])
  assert.deepEqual(await get(), first)
  assert.equal(server.requests.length, 1, 'stored')
})

test('asks again after a week, keeps what it has when that fails, and stays in its budget', async () => {
  let now = Date.now()
  const asked: string[] = []
  let description: string | null = 'old'
  const fetch = async (id: string) => {
    asked.push(id)
    if (description === null) throw new Error('unreachable')
    return { description, links: [], categories: [], markets: [] }
  }
  const reader = new DetailReader({ db: database.db, clock: { now: () => now }, fetch, maxPerMinute: 1 })
  const [other, third] = [2, 3].map((id) => ({ id, coingecko_id: `coin-${id}`, is_tracked: true }))
  assert.ok(other && third)
  assert.equal((await reader.read(other)).description, 'old')
  assert.equal((await reader.read(third)).fetched_at, null, 'over the budget')
  now += minuteMs
  assert.equal((await reader.read({ ...third, is_tracked: false })).fetched_at, null, 'not tracked')
  assert.deepEqual(asked, ['coin-2'])
  now += 7 * dayMs
  description = null
  assert.equal((await reader.read(other)).description, 'old', 'the stored one while the source fails')
  now += minuteMs - 1
  await reader.read(other)
  assert.equal(asked.length, 2, 'no second call within a minute')
  now += 1
  description = 'new'
  assert.equal((await reader.read(other)).description, 'new')
})

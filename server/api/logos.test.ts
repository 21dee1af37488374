import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { images } from '../../test/images.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { loadPackagedLogos } from '../packaged-logos.ts'
import { toPagePolicy } from './plugins/security-headers.ts'

let database: TestDatabase
let app: FastifyInstance

/** `pi` is the symbol of both; the package has an icon of that name, which is the one of pchain. */
const coins = [
  { ...toSnapshot('bitcoin'), symbol: 'btc' },
  { ...toSnapshot('pi-network'), symbol: 'pi' },
  { ...toSnapshot('pchain'), symbol: 'pi' },
  { ...toSnapshot('nova'), image_url: 'https://coin-images.coingecko.com/nova.png', market_cap_rank: 4 },
]

before(async () => {
  database = await createTestDatabase()
  const fetchSnapshots = async () => ({ source: 'test', snapshots: coins, rejected: [] })
  const source = { fetchImage: async () => ({ content_type: 'image/png' as const, body: images.png }) }
  await runJob(toJobOptions(database, { fetchSnapshots }, { images: source }), 'ingest_market_data')
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const ask = (url: string, headers: Record<string, string> = {}, method: InjectOptions['method'] = 'GET') =>
  app.inject({ url, headers, method })

async function listLogos(): Promise<Record<string, string | null>> {
  const { items } = (await ask('/api/v1/coins')).json()
  return Object.fromEntries(
    items.map((coin: { coingecko_id: string; logo_url: string | null }) => [coin.coingecko_id, coin.logo_url]),
  )
}

test('a coin has the logo of its id, not of its symbol', async () => {
  const logos = await listLogos()
  assert.equal(logos['pi-network'], null)
  assert.match(logos.pchain ?? '', /^\/api\/v1\/coins\/pchain\/logo\?v=/)
  assert.equal((await ask('/api/v1/coins/pi-network/logo')).statusCode, 404)
  const packaged = await loadPackagedLogos()
  const [right, wrong] = ['jupiter-exchange-solana', 'jupiter'].map((id) => packaged.has(id))
  assert.deepEqual([right, wrong], [true, false], 'a wrong id of the package is corrected')
  assert.ok(packaged.size > 1800, String(packaged.size))
  for (const [id, { svg }] of packaged)
    assert.doesNotMatch(svg, /<script|<foreignObject|<image|\son\w+=|href="(?!#)|url\((?!#)|javascript:/i, id)
})

test('an image with its version in the address is kept for a year, without it is checked each time', async () => {
  const logos = await listLogos()
  for (const [id, type] of [
    ['bitcoin', 'image/svg+xml'],
    ['nova', 'image/png'],
  ] as const) {
    const url = logos[id] ?? ''
    const first = await ask(url)
    const { etag } = first.headers
    assert.equal(first.statusCode, 200)
    assert.deepEqual(
      [first.headers['content-type'], first.headers['x-content-type-options'], first.headers['cache-control']],
      [type, 'nosniff', 'public, max-age=31536000, immutable'],
    )
    assert.match(String(first.headers['content-security-policy']), /default-src 'none'.*sandbox/)
    assert.equal(first.headers['content-length'], String(first.rawPayload.length))
    const numeric = await ask(`/api/v1/coins/${id}/logo`)
    assert.deepEqual([numeric.headers['cache-control'], numeric.headers.etag], ['no-cache', etag])
    assert.equal((await ask(`/api/v1/coins/${id}/logo?v=old`)).headers['cache-control'], 'no-cache')
    const same = await ask(url, { 'if-none-match': String(etag) })
    assert.deepEqual([same.statusCode, same.body, same.headers.etag], [304, '', etag])
    assert.equal(same.headers['cache-control'], 'public, max-age=31536000, immutable')
    const head = await ask(url, {}, 'HEAD')
    assert.deepEqual(
      [head.statusCode, head.body, head.headers['content-length'], head.headers['content-type']],
      [200, '', first.headers['content-length'], type],
    )
    const gzipped = await ask(url, { 'accept-encoding': 'gzip, br' })
    const isGzipped = gzipped.headers['content-encoding'] === 'gzip'
    assert.equal(isGzipped, type === 'image/svg+xml')
    assert.deepEqual(isGzipped ? gunzipSync(gzipped.rawPayload) : gzipped.rawPayload, first.rawPayload)
  }
  assert.deepEqual((await ask('/api/v1/coins/4/logo')).rawPayload, images.png, 'by numeric id')
})

test('pages load images from this origin only', () => {
  assert.match(toPagePolicy(), /img-src 'self' data:;|img-src 'self' data:$/)
  assert.doesNotMatch(toPagePolicy(), /https?:/)
})

test('the logos of a page count neither as requests nor without a limit', async (t) => {
  const rateLimits = { requestsPerMinute: 3, costlyPerMinute: 0 }
  const limited = await createApi(database.db, { rateLimits, trustedProxies: ['127.0.0.1'] })
  t.after(() => limited.close())
  const headers = { 'x-forwarded-for': '203.0.113.7' }
  const send = async (url: string) => (await limited.inject({ url, headers })).statusCode
  for (let count = 0; count < 30; count += 1) assert.equal(await send('/api/v1/coins/bitcoin/logo'), 200)
  assert.equal(await send('/api/v1/coins/bitcoin/logo'), 429)
  for (let count = 0; count < 3; count += 1) assert.equal(await send('/api/v1/coins/bitcoin'), 200)
  assert.equal(await send('/api/v1/coins/bitcoin'), 429)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hourMs, tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { images } from '../../test/images.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { SourceError, type SourceErrorKind } from '../errors.ts'
import type { CoinImage } from '../sources/coin-images.ts'
import { getCoin } from '../warehouse/coins.ts'

const png: CoinImage = { content_type: 'image/png', body: images.png }
const gif: CoinImage = { content_type: 'image/gif', body: images.gif }
const fail = (kind: SourceErrorKind) => () => Promise.reject(new SourceError('test', kind, `The image is ${kind}.`))

/** A market whose coins have images. The test sets how each address responds. */
async function open(t: TestContext, ids: string[]) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const market = {
    now: Date.parse('2026-11-24T12:00:30Z'),
    coins: ids.map((id, index) => ({ ...toSnapshot(id), market_cap_rank: index + 1, image_url: toUrl(id) })),
    answers: new Map<string, () => Promise<CoinImage>>(),
    asked: [] as string[],
  }
  const clock = { ...systemClock, now: () => market.now }
  const fetchSnapshots = async () => ({ source: 'test', snapshots: market.coins, rejected: [] })
  const fetchImage = (url: string) => {
    market.asked.push(url)
    return market.answers.get(url)?.() ?? Promise.resolve(png)
  }
  const options = toJobOptions(database, { fetchSnapshots }, { clock, images: { fetchImage } })
  /** The addresses requested by an ingest, which succeeds in any case. */
  const ingest = async (): Promise<string[]> => {
    market.asked = []
    assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
    market.now += tickMs
    return market.asked.sort()
  }
  const findLogo = async (id: string) => (await getCoin(database.db, id)).logo_url
  return { ...database, market, ingest, findLogo }
}

const toUrl = (id: string): string => `https://coin-images.coingecko.com/coins/images/1/large/${id}.png`

test('an image is fetched once, again when its address changes, and never for a packaged icon', async (t) => {
  const { market, ingest, findLogo, ...database } = await open(t, ['bitcoin', 'nova', 'small'])
  Object.assign(market.coins[2] ?? {}, { market_cap_rank: 1001 })
  assert.deepEqual(await ingest(), [toUrl('nova')])
  const first = await findLogo('nova')
  assert.match(first ?? '', /^\/api\/v1\/coins\/nova\/logo\?v=[\w-]{12}$/)
  assert.equal(await findLogo('small'), null)
  assert.match((await findLogo('bitcoin')) ?? '', /^\/api\/v1\/coins\/bitcoin\/logo\?v=/)
  assert.deepEqual(await ingest(), [])

  Object.assign(market.coins[1] ?? {}, { image_url: toUrl('new') })
  market.answers.set(toUrl('new'), fail('bad_request'))
  assert.deepEqual(await ingest(), [toUrl('new')])
  assert.equal(await findLogo('nova'), first, 'the older image stays')
  market.answers.set(toUrl('new'), async () => gif)
  assert.deepEqual(await ingest(), [])
  market.now += hourMs
  assert.deepEqual(await ingest(), [toUrl('new')])
  assert.notEqual(await findLogo('nova'), first)
  const { rows } = await database.pool.query('select content_type, body, failures, error, retry_at from coin_image')
  assert.deepEqual(rows, [{ content_type: 'image/gif', body: images.gif, failures: 0, error: null, retry_at: null }])
  await assertInvariants(database)
})

test('a failed image is retried after an hour, two, and at last every week', async (t) => {
  const { market, ingest, pool } = await open(t, ['nova'])
  market.answers.set(toUrl('nova'), fail('not_found'))
  for (const [failures, hours] of [
    [0, 1],
    [1, 2],
    [6, 64],
    [7, 128],
    [8, 168],
    [40, 168],
  ] as const) {
    if (failures > 0) await pool.query('update coin_image set failures = $1', [failures])
    const at = market.now
    assert.deepEqual(await ingest(), [toUrl('nova')])
    const { rows } = await pool.query('select error, retry_at from coin_image')
    assert.equal(Date.parse(rows[0].retry_at) - at, hours * hourMs)
    assert.equal(rows[0].error, 'The image is not_found.')
    market.now = at + hours * hourMs
  }
  market.now -= 1
  assert.deepEqual(await ingest(), [])
})

test('stops when the host fails, and a busy host is no fault of an image', async (t) => {
  const ids = Array.from({ length: 40 }, (_, index) => `nova-${index}`)
  const { market, ingest, pool } = await open(t, ids)
  for (const id of ids) market.answers.set(toUrl(id), fail('rate_limited'))
  assert.ok((await ingest()).length <= 4)
  const count = async () => (await pool.query('select count(*)::int as n from coin_image')).rows[0].n
  assert.equal(await count(), 0)
  for (const id of ids) market.answers.set(toUrl(id), fail('unreachable'))
  assert.ok((await ingest()).length <= 4)
  assert.ok((await count()) >= 1)
  market.answers.clear()
  await ingest()
  market.now += hourMs
  await ingest()
  assert.equal(await count(), ids.length)
})

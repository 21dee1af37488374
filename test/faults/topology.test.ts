import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import type { CoinList } from '../../contract/coins.ts'
import type { StreamReport } from '../../contract/live.ts'
import type { JobHealth } from '../../contract/pipeline.ts'
import { goodPassword } from '../accounts.ts'
import { assertInvariants } from '../invariants.ts'
import type { Product } from '../product.ts'
import { noRedis } from '../redis.ts'
import { openTopology, trackedCoins } from '../topology.ts'
import { waitFor } from '../wait.ts'

const AUTH_SECRETS = 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe'
const METRICS_TOKEN = 'mQ7tR2xYc5LmD8sFh1JgP4uAekV9wq3Z'

const getJson = async <T>({ url }: Product, path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await fetch(`${url}/api/v1${path}`, { headers })).json() as Promise<T>

const send = ({ url }: Product, path: string, body: unknown) =>
  fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('two api, one live and two jobs processes serve one market, and any of them may stop', {
  skip: noRedis,
  timeout: 240_000,
}, async (t) => {
  const { database, start } = await openTopology(t)
  const api = () => start('api', { AUTH_SECRETS, METRICS_TOKEN })
  const [first, second, live, worker, otherWorker] = (await Promise.all([
    api(),
    api(),
    start('live'),
    start('jobs'),
    start('jobs'),
  ])) as [Product, Product, Product, Product, Product]

  const listed = (product: Product) => getJson<CoinList>(product, '/coins?per_page=50')
  for (const product of [first, second])
    await waitFor(async () => (await listed(product)).total === trackedCoins, 'the market', 60_000)
  for (const product of [first, second])
    await waitFor(async () => !(await getJson<StreamReport>(product, '/ws/status')).stale, 'live prices', 30_000)
  assert.deepEqual((await listed(first)).items, (await listed(second)).items)
  const health = () => getJson<JobHealth[]>(second, '/pipeline/health')
  await waitFor(
    async () => (await health()).every(({ last_success_at }) => last_success_at !== null),
    'every job beside the live stream',
    60_000,
  )

  const person = { email: 'ada@example.org', password: goodPassword }
  assert.equal((await send(first, '/auth/register', person)).status, 201)
  const { access_token } = (await (await send(first, '/auth/login', person)).json()) as { access_token: string }
  const me = await getJson<{ email: string }>(second, '/auth/me', { authorization: `Bearer ${access_token}` })
  assert.equal(me.email, person.email, 'who signs in at one is signed in at the other')

  assert.equal((await fetch(`${first.url}/metrics`)).status, 401)
  const metrics = await fetch(`${first.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  assert.match(await metrics.text(), /cryptoflow_stream_clients/)
  for (const product of [live, worker]) {
    assert.equal((await fetch(`${product.url}/readyz`)).status, 200)
    assert.equal((await fetch(`${product.url}/api/v1/coins`)).status, 404, 'probes only')
  }

  const reader = new WebSocket(`${second.url.replace('http', 'ws')}/api/v1/ws/prices`)
  t.after(() => reader.terminate())
  let updates = 0
  reader.on('message', (data) => {
    if (String(data).includes('"price_update"')) updates += 1
  })
  assert.equal(await worker.stop(), 0)
  assert.equal(await first.stop(), 0)
  const seen = updates
  await waitFor(() => updates > seen + 2, 'prices while others have gone', 30_000)
  assert.equal((await listed(second)).total, trackedCoins)
  const again = await api()
  await waitFor(async () => (await listed(again)).total === trackedCoins, 'a process that came back')
  assert.equal(await otherWorker.stop(), 0)
  await assertInvariants(database)
})

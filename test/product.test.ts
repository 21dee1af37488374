import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import type { CoinList } from '../contract/coins.ts'
import type { Readiness } from '../contract/status.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { createDataFolder } from './data-folder.ts'
import { startProduct } from './product.ts'
import { waitFor } from './wait.ts'

const getJson = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>
const withoutWeb = { ROLES: 'api,live,jobs' }

test('fills the warehouse and streams on a first start, serves at once on the second, and stops cleanly', async (t) => {
  const dataDir = createDataFolder()
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await startProduct(withoutWeb, dataDir)
  t.after(() => first.stop())
  await waitFor(async () => (await getJson<CoinList>(`${first.url}/api/v1/coins`)).total === 50)
  await waitFor(async () => !(await getJson<Readiness>(`${first.url}/readyz`)).live.stale)
  assert.equal(await first.stop(), 0)
  const second = await startProduct(withoutWeb, dataDir)
  t.after(() => second.stop())
  assert.equal((await fetch(`${second.url}/readyz`)).status, 200)
  assert.equal((await getJson<CoinList>(`${second.url}/api/v1/coins`)).total, 50)
  assert.equal(await second.stop('SIGINT'), 0)
})

test('serves while the source is down at first start, reports the problem and next retry, and recovers', async (t) => {
  const simulator = await startSimulator({ coins: 60 })
  t.after(simulator.close)
  simulator.faults.set([{ kind: 'rate_limit', times: 1, value: 1 }])
  const product = await startProduct({
    ...withoutWeb,
    CRYPTOFLOW_MODE: 'live',
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINCAP_WS_URL: simulator.wsUrl,
  })
  t.after(() => product.stop())
  const failing = await waitFor(async () => {
    const { ingest, mode } = await getJson<Readiness>(`${product.url}/readyz`)
    return ingest.state === 'failing' && mode === 'live' ? ingest : undefined
  })
  assert.match(failing.problem ?? '', /429.*Rate Limit/)
  assert.ok(Date.parse(failing.next_attempt_at ?? '') > 0)
  assert.equal((await getJson<CoinList>(`${product.url}/api/v1/coins`)).total, 0)
  await waitFor(async () => (await getJson<CoinList>(`${product.url}/api/v1/coins`)).total === 50)
  assert.equal((await getJson<Readiness>(`${product.url}/readyz`)).ingest.problem, null)
})

test('stops the start with a remedy on invalid settings, a port in use or data of another mode', async (t) => {
  await assert.rejects(startProduct({ PORT: 'many', TRACKED_COINS: '0' }), /PORT must be[\s\S]*TRACKED_COINS must be/)
  const product = await startProduct(withoutWeb)
  t.after(() => product.stop())
  const taken = { ...withoutWeb, PORT: new URL(product.url).port }
  await assert.rejects(startProduct(taken), /Can't listen on port \d+ of 127\.0\.0\.1.*Set PORT/)
  await assert.rejects(startProduct(withoutWeb, product.dataDir), new RegExp(`already running at ${product.url}`))
})

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createDataFolder } from '../../test/data-folder.ts'
import { sendJson, startServer } from '../../test/market-server.ts'
import { readConfig } from '../config.ts'
import { examine } from './doctor.ts'

const folder = createDataFolder()
after(() => rmSync(folder, { recursive: true, force: true }))

const closed = { COINGECKO_BASE_URL: 'http://127.0.0.1:1/api/v3' }
const ask = async (settings: Record<string, string>) =>
  examine(readConfig({ PORT: '0', DATA_DIR: folder, ROLES: 'api,live,jobs', ...closed, ...settings }))

/** The result of the finding whose text matches `words`. */
const find = (findings: Awaited<ReturnType<typeof ask>>, words: RegExp): boolean | null | undefined =>
  findings.find((finding) => words.test(finding.words))?.ok

test('live prices need a key only with coincap', async () => {
  const live = { CRYPTOFLOW_MODE: 'live' }
  assert.equal(find(await ask(live), /live prices come from binance, then coinbase, then kraken$/), true)
  assert.equal(find(await ask({ ...live, COINCAP_API_KEY: 'k' }), /from coincap, then binance/), true)
  assert.equal(find(await ask({ ...live, STREAM_SOURCES: 'kraken' }), /from kraken$/), true)
  assert.equal(find(await ask({ ...live, STREAM_SOURCES: 'coincap' }), /coincap needs COINCAP_API_KEY/), false)
  assert.equal(find(await ask({ CRYPTOFLOW_MODE: 'demo' }), /from the simulated market/), true)
})

test('reports an unreachable CoinGecko as a problem, or as a note in auto mode', async (t) => {
  assert.equal(find(await ask({ CRYPTOFLOW_MODE: 'demo' }), /CoinGecko is not used/), null)
  assert.equal(find(await ask({ CRYPTOFLOW_MODE: 'live' }), /Can't reach CoinGecko/), false)
  assert.equal(find(await ask({}), /Can't reach CoinGecko.*will start with the simulated market/), null)
  const limited = await startServer((_query, response) => sendJson(response, { error: 'Throttled' }, 429))
  t.after(limited.close)
  const rejected = await ask({ COINGECKO_BASE_URL: limited.url })
  assert.equal(find(rejected, /simulated market/), undefined, 'an error response means live mode')
  assert.equal(find(rejected, /429/), false)
  mkdirSync(join(folder, 'live'))
  const kept = await ask({})
  assert.equal(find(kept, /simulated market/), undefined, 'stays live with live data')
  assert.equal(find(kept, /Can't reach CoinGecko/), false)
  rmSync(join(folder, 'live'), { recursive: true })
})

test('checks port, data folder and proxies', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const demo = { CRYPTOFLOW_MODE: 'demo' }
  assert.equal(find(await ask({ ...demo, PORT: String(port) }), new RegExp(`port ${port} .* is in use`)), false)
  assert.equal(find(await ask(demo), /any free port/), true)
  assert.equal(find(await ask(demo), /GB free in/), true)
  assert.equal(
    find(await ask({ ...demo, DATA_DIR: join(import.meta.filename, 'folder') }), /can't write to .*Set DATA_DIR/),
    false,
  )
  if (process.getuid?.() !== 0) {
    const locked = join(folder, 'locked')
    mkdirSync(locked)
    chmodSync(locked, 0o500)
    assert.equal(find(await ask({ ...demo, DATA_DIR: locked }), /can't write to/), false)
  }
  const through = await ask({ ...demo, HTTPS_PROXY: 'http://ada:hunter2@proxy.example:3128' })
  assert.equal(find(through, /sources use the proxy proxy\.example:3128 \(HTTPS_PROXY\)/), null)
  assert.doesNotMatch(JSON.stringify(through), /hunter2/)
  assert.equal(find(await ask(demo), /the web app/), undefined, 'the web app is not checked without the role web')
  assert.equal(find(await ask({ ...demo, ROLES: 'api,web' }), /the web app/) === undefined, false)
})

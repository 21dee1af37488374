import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { WebSocketServer } from 'ws'
import { binanceMarkets, startExchange } from '../../test/exchange-server.ts'
import { startMarket, toMarketRow } from '../../test/market-server.ts'
import { startProxy } from '../../test/proxy-server.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createCoincap } from './coincap.ts'
import { createCoingecko } from './coingecko.ts'
import { createExchange } from './exchange.ts'
import type { TickSource } from './source.ts'

const clock = systemClock
const log = createLog({ pretty: false, write: () => undefined })
const patience = () => AbortSignal.timeout(10_000)
const toProxies = (url: string) => ({ https: url, http: url, except: ['api.direct.test'] })
const unreached = (url: string): string => url.replace('127.0.0.1', 'source.test')

async function readPrice(source: TickSource): Promise<number | undefined> {
  for await (const { ticks } of source.streamTicks(['bitcoin'], patience()))
    if (ticks.length > 0) return ticks[0]?.price_usd
  return undefined
}

test('CoinGecko uses the proxy, and the error of a refusing proxy names the setting', async (t) => {
  const server = await startMarket([toMarketRow('bitcoin')])
  t.after(server.close)
  const open = (url: string, baseUrl = unreached(server.url)) =>
    createCoingecko({ clock, baseUrl, demoKey: null, proKey: null, callsPerMinute: 100, proxies: toProxies(url) })
  const proxy = await startProxy(t)
  const { snapshots } = await open(proxy.url).fetchSnapshots(1, patience())
  assert.equal(snapshots[0]?.coingecko_id, 'bitcoin')
  assert.deepEqual(proxy.tunnels, [`source.test:${new URL(server.url).port}`])
  await open(proxy.url, server.url).fetchSnapshots(1, patience())
  assert.equal(proxy.tunnels.length, 1, 'the local host bypasses the proxy')
  const closed = await startProxy(t, { status: 407 })
  await assert.rejects(open(closed.url).fetchSnapshots(1, patience()), {
    kind: 'unreachable',
    message: /407.*HTTPS_PROXY/s,
  })
})

test('CoinCap streams through the proxy', async (t) => {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.send('{"bitcoin":"7"}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const proxy = await startProxy(t)
  const open = (url: string) => createCoincap({ clock, url, apiKey: 'key', proxies: toProxies(proxy.url) })
  assert.equal(await readPrice(open(`ws://source.test:${port}/prices`)), 7)
  assert.deepEqual(proxy.tunnels, [`source.test:${port}`])
  assert.equal(await readPrice(open(`ws://127.0.0.1:${port}/prices`)), 7)
  assert.equal(proxy.tunnels.length, 1)
})

test('an exchange loads its markets and streams through the proxy', async (t) => {
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) => socket.send('{"e":"24hrMiniTicker","E":1770000000123,"s":"BTCUSDT","c":"7","o":"1"}'),
  })
  const proxy = await startProxy(t)
  const source = createExchange({
    id: 'binance',
    clock,
    log,
    usdtUsd: () => 1,
    proxies: toProxies(proxy.url),
    getSettings: () => JSON.parse(JSON.stringify(fake.getSettings()).replaceAll('127.0.0.1', 'source.test')),
  })
  assert.equal(await readPrice(source), 7)
  assert.equal(proxy.tunnels.length, 2)
  for (const tunnel of proxy.tunnels) assert.match(tunnel, /^source\.test:\d+$/)
})

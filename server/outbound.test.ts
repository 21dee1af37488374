import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendJson, startServer } from '../test/market-server.ts'
import { startProxy } from '../test/proxy-server.ts'
import { createOutbound, findProxy } from './outbound.ts'

const proxies = { https: 'http://secure:1', http: 'http://plain:1' }

test('uses the proxy of each protocol, and none for this machine', () => {
  const find = (url: string) => findProxy(url, { ...proxies, except: [] })
  for (const url of ['https://api.coingecko.com/x', 'wss://wss.coincap.io/prices'])
    assert.equal(find(url), proxies.https, url)
  for (const url of ['http://api.coingecko.com', 'ws://feed.example:8080']) assert.equal(find(url), proxies.http, url)
  for (const url of [
    'http://127.0.0.1:1/x',
    'ws://127.9.8.7',
    'https://localhost',
    'wss://[::1]:7',
    'http://a.localhost',
  ])
    assert.equal(find(url), null, url)
  for (const url of ['http://127.0.0.1.example', 'http://notlocalhost', 'http://128.0.0.1'])
    assert.equal(find(url), proxies.http, url)
  assert.equal(findProxy('https://api.coingecko.com', { ...proxies, https: null, except: [] }), null)
})

test('NO_PROXY accepts names with their subdomains, addresses, networks, ports and *', () => {
  const cases: [entry: string, direct: string[], proxied: string[]][] = [
    [
      'example.org',
      ['http://example.org', 'https://a.b.EXAMPLE.org:444'],
      ['http://anexample.org', 'http://example.org.uk'],
    ],
    ['.example.org', ['http://a.example.org', 'http://example.org'], ['http://anexample.org']],
    ['*.example.org', ['http://a.example.org'], ['http://anexample.org']],
    ['example.org:8080', ['http://example.org:8080'], ['http://example.org', 'http://example.org:8081']],
    ['example.org:443', ['https://example.org', 'wss://example.org'], ['http://example.org']],
    ['10.0.0.0/8', ['http://10.255.0.1'], ['http://11.0.0.1', 'http://10.example.org']],
    ['192.168.1.7', ['http://192.168.1.7:81'], ['http://192.168.1.70']],
    ['fd00::/8', ['http://[fd12::1]'], ['http://[fe80::1]']],
    ['[fd00::1]:8080', ['http://[fd00::1]:8080'], ['http://[fd00::1]']],
    [' * ', ['http://example.org', 'https://10.0.0.1'], []],
    ['', [], ['http://example.org']],
    ['10.0.0.0/99', [], ['http://10.0.0.1']],
  ]
  for (const [entry, direct, proxied] of cases) {
    const settings = { ...proxies, except: ['other.example', entry] }
    for (const url of direct) assert.equal(findProxy(url, settings), null, `${entry}: ${url}`)
    for (const url of proxied) assert.notEqual(findProxy(url, settings), null, `${entry}: ${url}`)
  }
})

test('sends requests through the proxy with its credentials, and directly to excluded hosts', async (t) => {
  const server = await startServer((_query, response) => sendJson(response, { fine: true }))
  t.after(server.close)
  const proxy = await startProxy(t)
  const outbound = createOutbound({ https: null, http: proxy.url, except: ['direct.test'] })
  t.after(outbound.close)
  const { port } = new URL(server.url)
  const answer = await outbound.fetch(`http://source.test:${port}/x`)
  assert.deepEqual(await answer.json(), { fine: true })
  await (await outbound.fetch(server.url)).text()
  await assert.rejects(outbound.fetch(`http://direct.test:${port}`))
  assert.deepEqual(proxy.tunnels, [`source.test:${port}`])
  assert.deepEqual(proxy.credentials, [`Basic ${btoa('ada:p@ss')}`])
  assert.equal(server.requests.length, 2)
})

import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { after, before, test } from 'node:test'
import { type Receiver, startReceiver } from '../../test/receiver.ts'
import { noProxies } from '../outbound.ts'
import { createOutgoing, type DeliveryError, type Outgoing } from './outgoing.ts'

let receiver: Receiver
before(async () => {
  receiver = await startReceiver()
})
after(() => receiver.close())

/** Answers each name with the next of its lists of addresses, then again with the last one. */
const resolveAs = (names: Record<string, string[][]>): LookupFunction => {
  const asked = new Map<string, number>()
  return (hostname, options, callback) => {
    const count = asked.get(hostname) ?? 0
    asked.set(hostname, count + 1)
    const lists = names[hostname] ?? []
    const found = (lists[count] ?? lists.at(-1) ?? []).map(
      (address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }),
    )
    if (options.all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family ?? 4)
  }
}

const post = (outgoing: Outgoing, url: string) => outgoing.post({ url, headers: {}, body: '{}' })
const failureOf = (outgoing: Outgoing, url: string): Promise<DeliveryError> =>
  post(outgoing, url).then(
    () => assert.fail(`${url} was reached`),
    (error) => error,
  )

const literals = `127.0.0.1 127.1 127.0.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 127.255.255.254
  0.0.0.0 0 10.0.0.1 10.1 0x0a.0.0.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.257 0xc0a80001
  169.254.169.254 169.254.43518 0xa9fea9fe 2852039166 100.64.0.1 100.100.100.200 192.0.0.192 192.0.2.1 192.88.99.1
  198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
  [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a9fe:a9fe] [::ffff:0:127.0.0.1]
  [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001::1] [2001:db8::1] [3fff::1]
  [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [100::1] [5f00::1]
  １２７.０.０.１ 127.0.0.1. ①②⑦.0.0.1`.split(/\s+/)

const named = {
  localhost: ['127.0.0.1'],
  'localhost.': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'printer.local': ['192.168.1.20'],
  'six.example': ['::1'],
  'mapped.example': ['::ffff:10.0.0.1'],
  'nat64.example': ['64:ff9b::a00:1'],
  'mixed.example': ['93.184.215.14', '10.0.0.1'],
}

test('refuses every form of an address that is not public, without a connection', async () => {
  const lookup = resolveAs(Object.fromEntries(Object.entries(named).map(([name, list]) => [name, [list]])))
  const outgoing = createOutgoing({ proxies: noProxies, allowedHosts: ['allowed.example'], lookup })
  const { port } = new URL(receiver.url)
  const hosts = [...literals, ...Object.keys(named)]
  assert.ok(hosts.length >= 60, `${hosts.length} forms`)
  for (const host of hosts)
    for (const scheme of ['http', 'https']) {
      const { message, isPermanent } = await failureOf(outgoing, `${scheme}://${host}:${port}/hook`)
      assert.match(message, /has no public address.*NOTIFY_ALLOWED_HOSTS/, host)
      assert.ok(isPermanent, host)
    }
  assert.deepEqual(receiver.requests.splice(0), [])
  await outgoing.close()
})

test('checks the address of each connection, so that a name that changes is refused', async () => {
  const lookup = resolveAs({
    'rebind.example': [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1'], ['127.0.0.1', '127.0.0.2']],
  })
  const isPublic = (address: string) => address === '127.0.0.1'
  const outgoing = createOutgoing({ proxies: noProxies, allowedHosts: [], lookup, isPublic })
  const url = `http://rebind.example:${new URL(receiver.url).port}/`
  assert.equal(await post(outgoing, url), 200)
  assert.match((await failureOf(outgoing, url)).message, /no public address/)
  assert.equal(await post(outgoing, url), 200)
  assert.match((await failureOf(outgoing, url)).message, /no public address/)
  assert.equal(receiver.requests.splice(0).length, 2)
  await outgoing.close()
})

test('reaches allowed hosts, follows no redirect, and tells transient failures from permanent ones', async () => {
  const outgoing = createOutgoing({ proxies: noProxies, allowedHosts: ['127.0.0.1'] })
  const fail = async (status: number, headers: Record<string, string> = {}) => {
    receiver.answers.push({ status, headers, body: 'secrets of the intranet' })
    const { message, statusCode, isPermanent, retryAfterMs } = await failureOf(outgoing, receiver.url)
    assert.equal(statusCode, status)
    assert.doesNotMatch(message, /intranet/, 'a response of an allowed private host is not shown')
    return { message, isPermanent, retryAfterMs }
  }
  assert.equal(await post(outgoing, receiver.url), 200)
  const redirect = await fail(302, { location: 'http://127.0.0.1/elsewhere' })
  assert.match(redirect.message, /redirect/)
  assert.ok(redirect.isPermanent)
  for (const status of [400, 401, 403, 404, 410]) assert.ok((await fail(status)).isPermanent, String(status))
  for (const status of [408, 425, 500, 502, 503]) assert.ok(!(await fail(status)).isPermanent, String(status))
  assert.deepEqual((await fail(429, { 'retry-after': '90' })).retryAfterMs, 90_000)
  assert.equal(receiver.requests.splice(0).length, 13)
  const { message, isPermanent } = await failureOf(outgoing, 'http://127.0.0.1:1/')
  assert.match(message, /Can't reach 127\.0\.0\.1:1 .*ECONNREFUSED/)
  assert.ok(!isPermanent)
  for (const url of ['ftp://example.org', 'nothing', 'http://user:pass@example.org'])
    assert.match((await failureOf(outgoing, url)).message, /must be an http/)
  await outgoing.close()
})

test('behind a proxy only allowed hosts are reached, because the proxy resolves the name', async () => {
  const proxies = { https: receiver.url, http: receiver.url, except: [] }
  const outgoing = createOutgoing({ proxies, allowedHosts: [] })
  const { message } = await failureOf(outgoing, 'http://hooks.example.org/')
  assert.match(message, /behind a proxy.*NOTIFY_ALLOWED_HOSTS/)
  assert.deepEqual(receiver.requests, [])
  await outgoing.close()
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createClient } from '@redis/client'
import type { Prices } from '../../contract/live.ts'
import { quietLog } from '../../test/database.ts'
import { noRedis, type Redis, startRedis, startRedisCluster, startSentinel } from '../../test/redis.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { createLog, type Log } from '../log.ts'
import type { Bus, BusMessage } from './bus.ts'
import type { RedisSettings } from './redis.ts'
import { openRedisBus } from './redis-bus.ts'

const needsRedis = { skip: noRedis }
type JoinOptions = Partial<RedisSettings> & { log?: Log }

const feed = { source: 'binance', last_price_at: 5, sources: [] }

function join(t: TestContext, { url }: Pick<Redis, 'url'>, { log = quietLog, ...more }: JoinOptions = {}) {
  const redis = { urls: [url], sentinel: null, prefix: '', ...more }
  const bus = openRedisBus({ redis, clock: systemClock, log })
  t.after(bus.close)
  const heard: BusMessage[] = []
  bus.subscribe((message) => heard.push(message))
  return { bus, heard }
}

/** A client whose server may stop before it. */
async function connectLoosely(t: TestContext, { url }: Redis) {
  const client = createClient({ url }).on('error', () => undefined)
  await client.connect()
  t.after(() => client.destroy())
  return client
}

/** Publishes like a producer. The first message, and the first one after a failure, has every price. */
function createPublisher(bus: Bus, { term = 1, seq = 0 } = {}) {
  const all: Prices = {}
  let [next, full] = [seq, true]
  return async (prices: Prices): Promise<void> => {
    Object.assign(all, prices)
    next += 1
    const message = { term, seq: next, ts: Date.now(), full, prices: full ? { ...all } : prices, gone: [], feed }
    try {
      await bus.publish(message, () => all)
      full = false
    } catch (error) {
      full = true
      throw error
    }
  }
}

const eventually = (work: () => Promise<void>) =>
  waitFor(() =>
    work().then(
      () => true,
      () => false,
    ),
  )

test(
  'hubs of other processes receive every message in order, and a late one receives all prices first',
  needsRedis,
  async (t) => {
    const redis = await startRedis()
    t.after(redis.stop)
    const [producer, early] = [join(t, redis), join(t, redis)]
    const publish = createPublisher(producer.bus)
    await eventually(() => publish({ bitcoin: 64_130.123456789, pepe: 1.2e-9 }))
    for (let price = 1; price <= 200; price += 1) await publish({ bitcoin: price })
    await waitFor(() => early.heard.at(-1)?.seq === producer.heard.at(-1)?.seq && early.heard.length > 100)
    const seqs = early.heard.map(({ seq }) => seq)
    assert.deepEqual(
      seqs,
      [...seqs].sort((a, b) => a - b),
      'in order',
    )
    assert.equal(new Set(seqs).size, seqs.length, 'no duplicates')
    const late = join(t, redis)
    await waitFor(() => late.heard.length > 0)
    assert.deepEqual([late.heard[0]?.full, late.heard[0]?.prices], [true, { bitcoin: 200, pepe: 1.2e-9 }])
    assert.deepEqual((await late.bus.readLast())?.feed, feed)
  },
)

test('sends every price after a missed message', needsRedis, async (t) => {
  const redis = await startRedis()
  t.after(redis.stop)
  const { bus, heard } = join(t, redis)
  const publish = createPublisher(bus)
  await eventually(() => publish({ bitcoin: 1, ethereum: 1 }))
  await waitFor(() => heard.length > 0)
  const loose = await connectLoosely(t, redis)
  await loose.hSet('{cryptoflow}:prices', { ethereum: '2' })
  const missed = { term: 2, seq: 9, ts: 0, full: false, prices: { bitcoin: 3 }, gone: [], feed }
  await bus.publish(missed, () => ({ bitcoin: 3, ethereum: 2 }))
  await waitFor(() => heard.at(-1)?.seq === 9)
  assert.deepEqual([heard.at(-1)?.full, heard.at(-1)?.prices], [true, { bitcoin: 3, ethereum: 2 }])
})

for (const [name, harm, heal] of [
  ['killed', (redis: Redis) => redis.kill(), (redis: Redis) => redis.restart()],
  ['paused', async (redis: Redis) => redis.pause(), async (redis: Redis) => redis.resume()],
] as const)
  test(`prices resume after Redis is ${name} for 10 s`, needsRedis, async (t) => {
    const redis = await startRedis()
    t.after(redis.stop)
    const [producer, consumer] = [join(t, redis), join(t, redis)]
    const publish = createPublisher(producer.bus)
    await eventually(() => publish({ bitcoin: 1, ethereum: 2 }))
    await harm(redis)
    const started = Date.now()
    let price = 1
    const telling = (async () => {
      while (Date.now() - started < 10_000) await publish({ bitcoin: ++price }).catch(() => systemClock.sleep(100))
    })()
    await telling
    await heal(redis)
    await eventually(() => publish({ bitcoin: 777 }))
    await waitFor(async () => {
      await publish({}).catch(() => undefined)
      return consumer.heard.some(({ prices }) => prices.bitcoin === 777)
    }, 'the price')
    const late = join(t, redis)
    await waitFor(() => late.heard.length > 0)
    assert.deepEqual(late.heard[0]?.prices, { bitcoin: 777, ethereum: 2 })
  })

test('connects to a Redis server that starts later', needsRedis, async (t) => {
  const redis = await startRedis()
  t.after(redis.stop)
  await redis.kill()
  const { bus, heard } = join(t, redis)
  await assert.rejects(createPublisher(bus)({ bitcoin: 1 }), /Can't reach Redis/)
  await redis.restart()
  await eventually(() => createPublisher(bus)({ bitcoin: 1 }))
  await waitFor(() => heard.length > 0)
})

test('connects to a Redis Cluster through any node', needsRedis, async (t) => {
  const nodes = await startRedisCluster()
  t.after(() => Promise.all(nodes.map((node) => node.stop())))
  const buses = nodes.map((node) => join(t, node))
  const publish = createPublisher(buses[0]?.bus as Bus)
  await eventually(() => publish({ bitcoin: 1, ethereum: 2 }))
  await publish({ bitcoin: 5 })
  for (const { heard } of buses) await waitFor(() => heard.some(({ prices }) => prices.bitcoin === 5), 'the price')
  const late = join(t, nodes[2] as Redis)
  const unreachable = 'redis://127.0.0.1:1'
  const byList = join(t, { url: '' }, { urls: [unreachable, ...nodes.map(({ url }) => url)] })
  for (const { heard } of [late, byList]) {
    await waitFor(() => heard.length > 0)
    assert.deepEqual(heard[0]?.prices, { bitcoin: 5, ethereum: 2 })
  }
})

/** A log and its lines. */
function recordLog() {
  const lines: string[] = []
  return { lines, log: createLog({ pretty: false, write: (line) => lines.push(line) }) }
}

test('prefixes separate the prices of two products on one server', needsRedis, async (t) => {
  const redis = await startRedis()
  t.after(redis.stop)
  const [one, other, third] = ['', 'a:', 'b:'].map((prefix) => join(t, redis, { prefix }))
  assert.ok(one && other && third)
  for (const [index, { bus }] of [one, other].entries())
    await eventually(() => createPublisher(bus)({ bitcoin: index + 1 }))
  await waitFor(() => one.heard.length > 0 && other.heard.length > 0)
  await createPublisher(third.bus, { term: 2 })({ bitcoin: 3 })
  await waitFor(() => third.heard.length > 0)
  for (const [index, { bus, heard }] of [one, other, third].entries()) {
    assert.deepEqual([...new Set(heard.map(({ prices }) => prices.bitcoin))], [index + 1])
    assert.deepEqual((await bus.readLast())?.prices, { bitcoin: index + 1 })
  }
  const client = await connectLoosely(t, redis)
  const keys = ['', 'a:', 'b:'].flatMap((prefix) => [`${prefix}{cryptoflow}:last`, `${prefix}{cryptoflow}:prices`])
  assert.deepEqual((await client.keys('*')).sort(), keys.sort())
  const { lines, log } = recordLog()
  join(t, redis, { urls: [redis.url, redis.url], log })
  await waitFor(() => lines.some((line) => line.includes('several servers that are not a Redis Cluster')))
})

test('connects with TLS once the certificate is trusted', needsRedis, async (t) => {
  const redis = await startRedis({ tls: true })
  t.after(redis.stop)
  const { lines, log } = recordLog()
  const { bus, heard } = join(t, redis, { log })
  await waitFor(() => lines.some((line) => line.includes('self-signed certificate')))
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, readFileSync(`${redis.folder}/redis.crt`, 'utf8')])
  t.after(() => setDefaultCACertificates(trusted))
  const publish = createPublisher(bus)
  await eventually(() => publish({ bitcoin: 1 }))
  await waitFor(() => heard.some(({ prices }) => prices.bitcoin === 1))
})

test('follows Sentinel to the replica after the primary died', needsRedis, async (t) => {
  const primary = await startRedis()
  const replica = await startRedis({ primary })
  const watcher = await startSentinel(primary)
  t.after(() => Promise.all([primary, replica, watcher].map((each) => each.stop())))
  const client = await connectLoosely(t, watcher)
  const info = async () => String(await client.sendCommand(['INFO', 'sentinel']))
  await waitFor(async () => /slaves=1/.test(await info()), 'a known replica')
  const { lines, log } = recordLog()
  join(t, watcher, { log })
  await waitFor(() => lines.some((line) => line.includes('Set REDIS_SENTINEL')))
  const sentinel = { name: 'main', password: null }
  const urls = ['redis://127.0.0.1:1', watcher.url]
  const [producer, consumer] = [join(t, watcher, { sentinel, urls }), join(t, watcher, { sentinel, urls })]
  const publish = createPublisher(producer.bus)
  await eventually(() => publish({ bitcoin: 1, ethereum: 2 }))
  await waitFor(() => consumer.heard.length > 0)
  const writer = await connectLoosely(t, primary)
  await writer.sendCommand(['SET', 'copied', '1'])
  assert.equal(await writer.sendCommand(['WAIT', '1', '30000']), 1)
  await primary.kill()
  await eventually(() => publish({ bitcoin: 777 }))
  await waitFor(async () => {
    await publish({}).catch(() => undefined)
    return consumer.heard.some(({ prices }) => prices.bitcoin === 777)
  }, 'the price')
  assert.deepEqual((await consumer.bus.readLast())?.prices, { bitcoin: 777, ethereum: 2 })
})

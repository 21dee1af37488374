import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createClient } from '@redis/client'
import type { Prices } from '../../contract/live.ts'
import { quietLog } from '../../test/database.ts'
import { noRedis, type Redis, startRedis, startRedisCluster } from '../../test/redis.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import type { Bus, BusMessage } from './bus.ts'
import { openRedisBus } from './redis-bus.ts'

const needsRedis = { skip: noRedis }
const feed = { source: 'binance', last_price_at: 5, sources: [] }

function join(t: TestContext, { url }: Redis) {
  const bus = openRedisBus({ url, clock: systemClock, log: quietLog })
  t.after(bus.close)
  const heard: BusMessage[] = []
  bus.subscribe((message) => heard.push(message))
  return { bus, heard }
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
  const loose = createClient({ url: redis.url }).on('error', () => undefined)
  await loose.connect()
  t.after(() => loose.destroy())
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
  await waitFor(() => late.heard.length > 0)
  assert.deepEqual(late.heard[0]?.prices, { bitcoin: 5, ethereum: 2 })
})

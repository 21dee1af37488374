import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
import { openProducer, start, toTick, toTracked } from '../../test/producer.ts'
import { type Bus, type BusMessage, createMemoryBus } from './bus.ts'

const merge = (heard: readonly BusMessage[]): Record<string, number> =>
  Object.assign({}, ...heard.map(({ prices }) => prices))

test('tells the feed and the keeper of coins once, and the feed of every reference price', async (t) => {
  const tracked = [...toTracked({ bitcoin: 1 }), ...toTracked({ ethereum: 2 }, start + minuteMs)]
  const { followed, keptCoins, references, pass } = await openProducer(t, { tracked })
  await pass(31_000)
  assert.deepEqual(followed, [['bitcoin', 'ethereum']])
  assert.deepEqual(keptCoins, [
    [
      ['bitcoin', 1],
      ['ethereum', 1],
    ],
  ])
  const prices = { bitcoin: { price_usd: 1, at: start }, ethereum: { price_usd: 2, at: 0 } }
  assert.deepEqual(references, [prices, prices], 'a price of this moment has its time, one of the future none')
})

test('reports the sources of its feed, and ends it before it stops', async (t) => {
  const { heard, ended, pass, receive, producer } = await openProducer(t, { tracked: toTracked({ bitcoin: 1 }) })
  assert.deepEqual(
    producer.report().map(({ source }) => source),
    ['binance'],
  )
  await pass(300)
  await producer.stop()
  assert.deepEqual(ended, ['feed'])
  const before = heard.length
  receive(toTick('bitcoin', 2))
  await pass(31_000)
  assert.equal(heard.length, before, 'no message after the end')
})

test('without a feed and a keeper, publishes the prices of the warehouse', async (t) => {
  const { heard, pass, producer, market } = await openProducer(t, { isAlone: true, tracked: toTracked({ bitcoin: 1 }) })
  await pass(300)
  market.tracked = toTracked({ bitcoin: 2 }, start + 1)
  await pass(31_000)
  assert.deepEqual(merge(heard), { bitcoin: 2 })
  assert.deepEqual(heard.at(-1)?.feed, { source: null, sources: [], last_price_at: null })
  assert.deepEqual(producer.report(), [])
})

test('keeps its prices and asks again after 500 ms while no coins are known or can be read', async (t) => {
  const { heard, market, pass, followed, listLogged } = await openProducer(t, { tracked: [] })
  market.tracked = new Error('database away')
  await pass(500)
  assert.deepEqual(listLogged(), [{ msg: "can't read tracked coins, retrying", error: 'database away' }])
  market.tracked = toTracked({ bitcoin: 1 })
  await pass(470)
  assert.deepEqual(followed, [], 'before 500 ms')
  await pass(300)
  assert.deepEqual([followed, merge(heard)], [[['bitcoin']], { bitcoin: 1 }])
  market.tracked = []
  await pass(31_000)
  assert.ok(
    heard.every(({ gone }) => gone.length === 0),
    'an empty answer removes nothing',
  )
})

test('logs a bus that fails once, and again after it worked', async (t) => {
  const memory = createMemoryBus()
  let broken = false
  const bus: Bus = {
    ...memory,
    publish: async (message, all) => {
      if (broken) throw new Error('away')
      await memory.publish(message, all)
    },
  }
  const { heard, pass, listLogged } = await openProducer(t, { bus, tracked: toTracked({ bitcoin: 1 }) })
  await pass(600)
  const failed = { msg: "can't publish prices to the bus, retrying", error: 'away' }
  for (const outages of [1, 2]) {
    broken = true
    await pass(5000)
    assert.deepEqual(listLogged(), Array(outages).fill(failed))
    broken = false
    await pass(2000)
    assert.equal(heard.at(-1)?.full, false)
  }
})

test('starts anew when the last message cannot be read, and says so', async (t) => {
  const bus: Bus = {
    ...createMemoryBus(),
    readLast: async () => {
      throw new Error('away')
    },
  }
  const { heard, pass, listLogged } = await openProducer(t, { bus, tracked: toTracked({ bitcoin: 1 }) })
  await pass(300)
  assert.deepEqual(listLogged(), [{ msg: "can't read the last prices from the bus", error: 'away' }])
  assert.deepEqual([heard[0]?.seq, heard[0]?.full], [1, true])
})

test('times of a predecessor with a fast clock are not in the future', async (t) => {
  const late = start + minuteMs
  const toLast = (last_price_at: number | null): BusMessage => ({
    ...{ term: 1, seq: 41, ts: late, full: true, prices: { bitcoin: 7 }, gone: [] },
    feed: { source: 'binance', last_price_at, sources: [] },
  })
  for (const [last_price_at, expected] of [
    [late, start],
    [null, null],
  ] as const)
    await t.test(`last price at ${last_price_at}`, async (inner) => {
      const bus: Bus = { ...createMemoryBus(), readLast: async () => toLast(last_price_at) }
      const tracked = toTracked({ bitcoin: 1 }, start - minuteMs)
      const { heard, receive, pass } = await openProducer(inner, { bus, tracked })
      await pass(300)
      assert.equal(heard.at(-1)?.feed.last_price_at, expected)
      receive(toTick('bitcoin', 8, start + 200))
      await pass(300)
      assert.deepEqual(merge(heard), { bitcoin: 8 })
    })
})

test('a clock set back by less than a second changes no times, by a second all', async (t) => {
  for (const [back, expected] of [
    [999, start + 300],
    [1000, start + 310 - 1000],
  ] as const)
    await t.test(`${back} ms`, async (inner) => {
      let shift = 0
      const { heard, receive, pass } = await openProducer(inner, {
        tracked: toTracked({ bitcoin: 1 }),
        now: () => Date.now() + shift,
      })
      await pass(300)
      receive(toTick('bitcoin', 5, start + 300))
      shift = -back
      receive()
      await pass(1500)
      assert.equal(heard.at(-1)?.feed.last_price_at, expected)
    })
})

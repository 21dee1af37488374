import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../contract/time.ts'
import { openProducer, start, toTick, toTracked } from '../../test/producer.ts'
import { type Bus, type BusMessage, createMemoryBus } from './bus.ts'

test('the first message has every warehouse price, later ones only changes, up to 4 per second', async (t) => {
  const { heard, receive, pass } = await openProducer(t, { tracked: toTracked({ bitcoin: 1, ethereum: 2, solana: 3 }) })
  await pass(300)
  assert.deepEqual(Object.assign({}, ...heard.map(({ prices }) => prices)), { bitcoin: 1, ethereum: 2, solana: 3 })
  const before = heard.length
  for (let price = 1; price <= 100; price += 1) {
    receive(toTick('bitcoin', price), ...(price === 3 ? [toTick('ethereum', 7)] : []))
    await pass(10)
  }
  await pass(250)
  const updates = heard.slice(before)
  assert.ok(updates.length <= 6, `${updates.length} messages in 1.25 s`)
  assert.deepEqual(Object.assign({}, ...updates.map(({ prices }) => prices)), { bitcoin: 100, ethereum: 7 })
  assert.ok(updates.every(({ prices }) => !('solana' in prices)))
  const seqs = heard.map(({ seq }) => seq)
  assert.deepEqual(
    seqs,
    seqs.map((_, index) => index + 1),
    'no gap in seq',
  )
})

test('publishes a price immediately after silence, and a message each second of silence', async (t) => {
  const { heard, receive, pass } = await openProducer(t, { tracked: toTracked({ bitcoin: 1 }) })
  await pass(5000)
  const beats = heard.slice(-3)
  assert.ok(beats.every(({ prices }) => Object.keys(prices).length === 0))
  assert.ok((beats[2]?.ts ?? 0) - (beats[1]?.ts ?? 0) <= 1010)
  await pass(500)
  receive(toTick('bitcoin', 9))
  await pass(10)
  assert.deepEqual(heard.at(-1)?.prices, { bitcoin: 9 })
})

test('never replaces a price with an older one, and reports the time of the streamed price', async (t) => {
  const { heard, receive, pass, market } = await openProducer(t, { tracked: toTracked({ bitcoin: 1, tether: 1 }) })
  await pass(300)
  receive(toTick('bitcoin', 5, start + 200), toTick('bitcoin', 4, start + 100))
  await pass(300)
  assert.deepEqual(heard.findLast(({ prices }) => 'bitcoin' in prices)?.prices, { bitcoin: 5 })
  assert.equal(heard.at(-1)?.feed.last_price_at, start + 200)
  market.tracked = toTracked({ bitcoin: 2, tether: 0.99 }, start + 150)
  await pass(31_000)
  const merged = Object.assign({}, ...heard.map(({ prices }) => prices))
  assert.deepEqual(merged, { bitcoin: 5, tether: 0.99 })
  assert.equal(heard.at(-1)?.feed.last_price_at, start + 200, 'a snapshot does not count as a streamed price')
})

test('after the clock is set back, new prices apply, no time is in the future, and messages continue', async (t) => {
  let shift = 0
  const now = () => Date.now() + shift
  const tracked = toTracked({ bitcoin: 1 }, start - 60_000)
  const { heard, receive, pass, market } = await openProducer(t, { tracked, now })
  await pass(300)
  const send = (price: number) => receive({ ...toTick('bitcoin', price, null), received_at: now() })
  send(5)
  await pass(300)
  shift = -600_000
  market.tracked = toTracked({ bitcoin: 2 }, start - 660_000)
  const before = heard.length
  await pass(31_000)
  assert.ok(heard.length - before >= 25, `${heard.length - before} messages in 31 s`)
  for (const { feed } of heard.slice(before)) assert.ok((feed.last_price_at ?? 0) <= now())
  assert.ok(!heard.slice(before).some(({ prices }) => prices.bitcoin === 2), 'an older snapshot replaces no price')
  send(6)
  await pass(300)
  const last = heard.at(-1)
  assert.equal(heard.findLast(({ prices }) => 'bitcoin' in prices)?.prices.bitcoin, 6)
  assert.equal(last?.feed.last_price_at, now() - 300)
})

test('publishes a snapshot dated in the future and still accepts streamed prices', async (t) => {
  const { heard, receive, pass } = await openProducer(t, { tracked: toTracked({ bitcoin: 1 }, start + hourMs) })
  await pass(300)
  assert.equal(heard.findLast(({ prices }) => 'bitcoin' in prices)?.prices.bitcoin, 1)
  receive(toTick('bitcoin', 7))
  await pass(31_000)
  assert.equal(heard.findLast(({ prices }) => 'bitcoin' in prices)?.prices.bitcoin, 7)
})

test('follows tracked coins best rank first, removes coins that leave, and ignores unknown coins', async (t) => {
  const { heard, followed, kept, receive, pass, market } = await openProducer(t)
  assert.deepEqual(followed, [])
  market.tracked = toTracked({ bitcoin: 1, ethereum: 2 })
  await pass(600)
  assert.deepEqual(followed, [['bitcoin', 'ethereum']])
  receive(toTick('unknown', 5), toTick('ethereum', 6))
  market.tracked = toTracked({ solana: 3, bitcoin: 1 })
  await pass(31_000)
  assert.deepEqual(followed.at(-1), ['solana', 'bitcoin'])
  assert.deepEqual(
    heard.flatMap(({ gone }) => gone),
    ['ethereum'],
  )
  assert.ok(heard.every(({ prices }) => !('unknown' in prices)))
  assert.deepEqual(
    kept.map(({ coingecko_id }) => coingecko_id),
    ['ethereum'],
  )
})

test('the message after a failed one has every price', async (t) => {
  const memory = createMemoryBus()
  let broken = false
  const bus: Bus = {
    ...memory,
    publish: async (message, all) => {
      if (broken) throw new Error('away')
      await memory.publish(message, all)
    },
  }
  const { heard, receive, pass } = await openProducer(t, { bus, tracked: toTracked({ bitcoin: 1, ethereum: 2 }) })
  await pass(600)
  broken = true
  receive(toTick('bitcoin', 5))
  await pass(3000)
  const before = heard.length
  broken = false
  await pass(1100)
  assert.equal(heard[before]?.full, true)
  assert.deepEqual(heard[before]?.prices, { bitcoin: 5, ethereum: 2 })
  assert.equal(heard[before + 1]?.full, false)
})

test('a slow bus has one message in flight, and the newest prices follow it', async (t) => {
  const memory = createMemoryBus()
  const answers: (() => void)[] = []
  let slow = false
  const bus: Bus = {
    ...memory,
    publish: async (message, all) => {
      if (slow) await new Promise<void>((resolve) => answers.push(resolve))
      await memory.publish(message, all)
    },
  }
  const { heard, receive, pass } = await openProducer(t, { bus, tracked: toTracked({ bitcoin: 1 }) })
  await pass(600)
  slow = true
  for (let price = 1; price <= 500; price += 1) {
    receive(toTick('bitcoin', price))
    await pass(10)
  }
  assert.equal(answers.length, 1)
  slow = false
  answers[0]?.()
  await pass(300)
  assert.deepEqual(heard.findLast(({ prices }) => 'bitcoin' in prices)?.prices, { bitcoin: 500 })
})

test('a producer that takes over continues from the last message of its predecessor', async (t) => {
  const last: BusMessage = {
    term: 1,
    seq: 41,
    ts: start - 400,
    full: true,
    prices: { bitcoin: 7, ethereum: 8 },
    gone: [],
    feed: { source: 'binance', last_price_at: start - 500, sources: [] },
  }
  const bus: Bus = { ...createMemoryBus(), readLast: async () => last }
  const { heard, pass } = await openProducer(t, {
    bus,
    term: 2,
    tracked: toTracked({ bitcoin: 1, ethereum: 2 }, start - 9000),
  })
  await pass(300)
  assert.deepEqual([heard[0]?.term, heard[0]?.seq, heard[0]?.full], [2, 42, true])
  assert.equal(heard[0]?.feed.last_price_at, start - 500)
  assert.deepEqual(Object.assign({}, ...heard.map(({ prices }) => prices)), { bitcoin: 7, ethereum: 8 })
})

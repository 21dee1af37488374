import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { ServerFrame } from '../../contract/live.ts'
import { openHub as open } from '../../test/hub.ts'

/** The prices of the snapshots that a client received after its first. */
const listAnswers = (frames: ServerFrame[]) =>
  frames.slice(2).flatMap((frame) => (frame.type === 'price_update' && frame.snapshot ? [frame.prices] : []))

test('answers many subscription changes with two snapshots', (t) => {
  const { read, publish } = open(t)
  const ids = Array.from({ length: 1000 }, (_, index) => `coin-${index}`)
  publish(Object.fromEntries(ids.map((id, index) => [id, index + 1])))
  const { subscription, frames } = read()
  for (let round = 0; round < 10; round += 1) {
    assert.equal(subscription.subscribe(ids), 1000)
    subscription.unsubscribe(ids.slice(3))
  }
  assert.deepEqual(listAnswers(frames()).length, 1)
  mock.timers.tick(500)
  const last = { 'coin-0': 1, 'coin-1': 2, 'coin-2': 3 }
  assert.deepEqual(listAnswers(frames()).slice(1), [last])
  mock.timers.tick(5000)
  assert.equal(listAnswers(frames()).length, 2)
})

test('answers a subscription change immediately from 250 ms after the last snapshot', (t) => {
  for (const [ms, answers] of [
    [249, 1],
    [250, 2],
  ] as const) {
    const { read, publish } = open(t)
    publish({ bitcoin: 1, ethereum: 2 })
    const { subscription, frames } = read()
    subscription.subscribe(['bitcoin'])
    mock.timers.tick(ms)
    subscription.subscribe(['ethereum'])
    assert.equal(listAnswers(frames()).length, answers)
    mock.timers.reset()
  }
})

test('a client that changes its coins does not affect others with the same coins', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2, solana: 3 })
  const [a, b, c] = [read(), read(), read()]
  for (const { subscription } of [a, b, c]) subscription.subscribe(['bitcoin', 'ethereum'])
  a.subscription.unsubscribe(['bitcoin'])
  b.subscription.subscribe(['solana'])
  publish({ bitcoin: 10, ethereum: 20, solana: 30 })
  const received = [a, b, c].map(({ frames }) => frames().findLast((frame) => 'prices' in frame && !frame.snapshot))
  assert.deepEqual(
    received.map((frame) => frame && 'prices' in frame && frame.prices),
    [{ ethereum: 20 }, { bitcoin: 10, ethereum: 20, solana: 30 }, { bitcoin: 10, ethereum: 20 }],
  )
})

test('unsubscribing does not narrow a subscription to every coin, and an empty subscription receives no price', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2 })
  const [all, none] = [read(), read()]
  all.subscription.unsubscribe(['bitcoin'])
  none.subscription.subscribe(['bitcoin'])
  none.subscription.unsubscribe(['bitcoin', 'ethereum'])
  publish({ bitcoin: 3 })
  assert.deepEqual(listAnswers(all.frames()), [{ bitcoin: 1, ethereum: 2 }])
  assert.ok(JSON.stringify(all.frames().at(-1)).includes('"bitcoin":3'))
  assert.ok(!JSON.stringify(none.frames()).includes('"bitcoin":3'))
})

test('a client that leaves before its snapshot receives none', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1 })
  const { subscription, buffers } = read()
  subscription.subscribe(['bitcoin'])
  subscription.unsubscribe(['bitcoin'])
  const before = buffers.length
  subscription.leave()
  mock.timers.tick(1000)
  assert.equal(buffers.length, before)
})

test('sends prices without losing a digit, under ids with any characters', (t) => {
  const { read, publish } = open(t)
  const prices = { 'a"b\\c': 1e-15, d: 123456789.12345679, é: 1e21 }
  publish(prices)
  const [, snapshot] = read().frames()
  assert.ok(snapshot && 'prices' in snapshot)
  assert.deepEqual(snapshot.prices, prices)
})

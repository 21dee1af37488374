import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ClientFrame } from '../../contract/live.ts'
import { type StreamHealth, toClientFrames, toLiveState } from './live.ts'

const coin = fc.string({ minLength: 1, maxLength: 60 })
const coins = fc.uniqueArray(coin, { maxLength: 1000 })

/** The server's subscription after these messages. */
function apply(current: readonly string[] | null, frames: readonly string[]): Set<string> {
  const subscribed = new Set(current ?? [])
  for (const text of frames) {
    const frame: ClientFrame = JSON.parse(text)
    if (frame.type === 'subscribe') for (const id of frame.coins) subscribed.add(id)
    if (frame.type === 'unsubscribe') for (const id of frame.coins) subscribed.delete(id)
    assert.ok(subscribed.size <= 1000, 'more coins than the server allows')
    assert.ok(Buffer.byteLength(text) <= 16_384, 'longer than the server allows')
  }
  return subscribed
}

test("messages change any subscription to any other within the server's limits", () => {
  fc.assert(
    fc.property(fc.option(coins), coins, (current, wanted) => {
      const frames = toClientFrames(current === null ? null : new Set(current), new Set(wanted))
      assert.deepEqual(apply(current, frames), new Set(wanted))
    }),
  )
})

test('a full subscription of long ids is split into messages below the size limit', () => {
  const named = (letter: string) => Array.from({ length: 1000 }, (_, index) => letter.repeat(60) + index)
  const [current, wanted] = [named('a'), named('b')]
  const frames = toClientFrames(new Set(current), new Set(wanted))
  assert.ok(frames.length > 2)
  assert.deepEqual(apply(current, frames), new Set(wanted))
})

test('no message is sent when nothing changes or nothing is subscribed', () => {
  assert.deepEqual(toClientFrames(new Set(['a']), new Set(['a'])), [])
  assert.deepEqual(toClientFrames(null, new Set()), [])
})

const good: StreamHealth = {
  open: true,
  source: 'coincap',
  stale: false,
  simulated: false,
  priceAge: 400,
  snapshotAge: 300_000,
}
const label = (health: Partial<StreamHealth>) => toLiveState({ ...good, ...health }).label

test('the age of the last price sets the label at 10 s and 120 s', () => {
  const ages = [0, 9_999, 10_000, 119_999, 120_000, 9e9]
  assert.deepEqual(
    ages.map((priceAge) => label({ priceAge })),
    ['Live', 'Live', 'Delayed', 'Delayed', 'Offline', 'Offline'],
  )
})

test('a feed that the server reports as stale is never live', () => {
  for (const simulated of [false, true])
    for (const priceAge of [0, 400, 9_999, 60_000, 200_000])
      assert.ok(['Delayed', 'Offline'].includes(label({ stale: true, simulated, priceAge })), `${priceAge}`)
})

test('a simulated market is labeled so only while its prices are fresh', () => {
  const ages = [400, 10_000, 120_000]
  assert.deepEqual(
    ages.map((priceAge) => label({ simulated: true, priceAge })),
    ['Simulated', 'Delayed', 'Offline'],
  )
})

test('a lost connection is delayed, then offline once the last price is old', () => {
  assert.deepEqual([label({ open: false }), label({ open: false, priceAge: 120_000 })], ['Delayed', 'Offline'])
  assert.equal(label({ open: false, priceAge: null, snapshotAge: null }), 'Offline')
})

test('without a source the age is that of the last snapshot', () => {
  const none = { source: null, stale: true, priceAge: null }
  const ages = [400, 119_999, 120_000, 500_000]
  assert.deepEqual(
    ages.map((snapshotAge) => label({ ...none, snapshotAge })),
    ['Delayed', 'Delayed', 'Offline', 'Offline'],
  )
  assert.equal(toLiveState({ ...good, ...none }).age, 300_000)
})

test('the age is that of the last price, streamed or from a snapshot', () => {
  for (const priceAge of [400, 18_000, 200_000]) assert.equal(toLiveState({ ...good, priceAge }).age, priceAge)
  assert.equal(toLiveState({ ...good, source: null, priceAge: 400_000 }).age, 300_000)
})

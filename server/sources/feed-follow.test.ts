import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRig, ids, minute } from '../../test/feed-rig.ts'
import { failing, steady, still, toBatch } from '../../test/tick-sources.ts'

test('a preferred source in the background and the warehouse confirm a jump', async (t) => {
  const { clock, feed, delivered, get } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(59 * minute)
  get('a').source.act = steady('a')
  await clock.advance(2 * minute)
  get('a').source.act = steady('a', 70)
  get('b').source.act = steady('b', 70)
  await clock.advance(1000)
  assert.deepEqual(
    new Set(delivered.slice(-ids.length).map(({ source, price_usd }) => `${source} ${price_usd < 71}`)),
    new Set(['b true']),
  )
  get('a').source.act = still('a')
  get('b').source.act = steady('b', 40)
  await clock.advance(1000)
  assert.ok((delivered.at(-1)?.price_usd ?? 0) > 69)
  feed.noteReferences({ bitcoin: { price_usd: 40, at: clock.now() } })
  assert.deepEqual([delivered.at(-1)?.coingecko_id, Math.round(delivered.at(-1)?.price_usd ?? 0)], ['bitcoin', 40])
})

test('reconnects for other coins without counting a failure or changing the source', async (t) => {
  const { clock, feed, delivered, get, inUse } = createRig(t, ['a', 'b', 'c'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(59 * minute)
  get('a').source.act = steady('a')
  await clock.advance(6 * minute)
  feed.follow([...ids].reverse())
  await clock.advance(1000)
  assert.equal(get('b').source.opened.length, 1)
  feed.follow(['bitcoin', 'dogecoin'])
  assert.equal(inUse(), 'b')
  await clock.advance(1000)
  assert.deepEqual(
    get('b').source.opened.map(({ ids }) => ids.length),
    [4, 2],
  )
  assert.deepEqual([get('b').report.failures, get('a').report.failures, inUse()], [0, 1, 'b'])
  assert.deepEqual(new Set(delivered.slice(-2).map((tick) => tick.coingecko_id)), new Set(['bitcoin', 'dogecoin']))
  await clock.advance(5 * minute)
  assert.equal(inUse(), 'a', 'the reconnect does not restart the ten healthy minutes')
})

test('disconnects without coins and connects again with coins', async (t) => {
  const { clock, feed, get, inUse } = createRig(t, ['a'], { follow: false })
  await clock.advance(minute)
  assert.deepEqual([get('a').source.opened.length, clock.sleepers], [0, 0])
  feed.follow(ids)
  await clock.advance(minute)
  assert.equal(inUse(), 'a')
  feed.follow([])
  await clock.advance(minute)
  assert.deepEqual([inUse(), get('a').state, get('a').source.open, clock.sleepers], [null, 'off', 0, 0])
  feed.follow(ids)
  await clock.advance(minute)
  assert.deepEqual([inUse(), get('a').report.failures], ['a', 0])
})

const states = {
  good: steady('a'),
  connecting: () => 'silent' as const,
  waiting: failing('a', 'unreachable'),
  resting: failing('a', 'blocked'),
}
for (const [state, act] of Object.entries(states))
  test(`a feed that is ${state} stops immediately, leaves no timer, and delivers nothing more`, async (t) => {
    const { clock, feed, delivered, get } = createRig(t, ['a', 'b'])
    get('a').source.act = act
    await clock.advance(state === 'resting' ? minute : 1200)
    assert.equal(get('a').state, state)
    const before = delivered.length
    await feed.stop()
    assert.deepEqual([clock.sleepers, get('a').source.open, get('b').source.open], [0, 0, 0])
    await clock.advance(10 * minute)
    assert.equal(delivered.length, before)
  })

test('does not wait for a connection that does not end', async (t) => {
  const { clock, feed, get } = createRig(t, ['a', 'b'])
  const deaf = new Promise<never>(() => undefined)
  get('a').source.streamTicks = async function* () {
    yield toBatch()
    await deaf
  }
  await clock.advance(minute)
  assert.equal(get('a').report.failures > 1, true)
  const stopped = feed.stop()
  await clock.advance(2000)
  await stopped
  assert.equal(clock.sleepers, 0)
})

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { openHub as open } from '../../test/hub.ts'

test('a client receives the status and every known price first, then only changed prices', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2 })
  mock.timers.tick(250)
  const { frames } = read()
  publish({ bitcoin: 3, ethereum: 2 })
  const [status, snapshot, update] = frames()
  assert.deepEqual(status, { type: 'status', source: 'coincap', stale: false, price_age_ms: 250 })
  assert.deepEqual(snapshot, {
    type: 'price_update',
    snapshot: true,
    seq: 1,
    ts: 1_000_250,
    prices: { bitcoin: 1, ethereum: 2 },
  })
  assert.deepEqual(update, { type: 'price_update', seq: 2, ts: 1_000_250, prices: { bitcoin: 3 } })
})

test('ignores messages that are repeated, late or from a replaced producer', (t) => {
  const { hub, read } = open(t)
  const feed = { source: 'coincap', last_price_at: Date.now(), sources: [] }
  const tell = (term: number, seq: number, bitcoin: number) =>
    hub.receive({ term, seq, ts: 0, full: false, prices: { bitcoin }, gone: [], feed })
  tell(1, 7, 1)
  const { frames } = read()
  tell(1, 7, 2)
  tell(1, 6, 3)
  tell(2, 1, 4)
  tell(1, 8, 5)
  const updates = frames().filter((frame) => frame.type === 'price_update')
  assert.deepEqual(
    updates.map(({ seq, prices }) => [seq, prices.bitcoin]),
    [
      [7, 1],
      [8, 4],
    ],
    'seq rises for the client with every producer',
  )
})

test('a full message restores missed prices and removes coins that left', (t) => {
  const { hub, read, seed } = open(t)
  seed({ bitcoin: 1, ethereum: 2, solana: 3 })
  const { frames } = read()
  seed({ bitcoin: 5, ethereum: 2 })
  const last = frames().at(-1)
  assert.deepEqual(last && 'prices' in last && last.prices, { bitcoin: 5 }, 'sends only changed prices')
  const later = read().frames()[1]
  assert.deepEqual(later && 'prices' in later && later.prices, { bitcoin: 5, ethereum: 2 })
  hub.receive({ term: 9, seq: 1, ts: 0, full: false, prices: {}, gone: ['ethereum'], feed: hub.feed })
  const last2 = read().frames()[1]
  assert.deepEqual(last2 && 'prices' in last2 && last2.prices, { bitcoin: 5 })
})

test('encodes each message once for all clients', (t) => {
  const { read, publish } = open(t)
  const [a, b] = [read(), read()]
  publish({ bitcoin: 1 })
  mock.timers.tick(250)
  assert.equal(a.buffers.at(-1), b.buffers.at(-1))
  b.subscription.leave()
  publish({ bitcoin: 2 })
  mock.timers.tick(250)
  assert.equal(a.buffers.length, b.buffers.length + 1)
})

/** Advances time while the producer sends a message without changes each second. */
function passQuietly(beat: () => void, ms: number): void {
  for (let passed = 0; passed < ms; passed += 1000) {
    mock.timers.tick(1000)
    beat()
  }
}

test('sends a heartbeat every 15 s of silence and a stale status after 30 s without a price', (t) => {
  const { read, publish, beat } = open(t)
  publish({ bitcoin: 1 })
  const { frames } = read()
  passQuietly(beat, 46_000)
  const received = frames()
    .slice(2)
    .map((frame) => (frame.type === 'status' ? `stale ${frame.stale}` : frame.type))
  assert.deepEqual(received, ['heartbeat', 'heartbeat', 'stale true', 'heartbeat'])
  publish({ bitcoin: 2 })
  const [status, update] = frames().slice(-2)
  assert.deepEqual([status?.type, update?.type], ['status', 'price_update'])
})

test('sends the price age after prices that are already old on arrival', (t) => {
  const { read, publish, seed } = open(t)
  publish({ bitcoin: 1 })
  const { frames } = read()
  mock.timers.tick(4000)
  publish({ bitcoin: 2 }, Date.now() - 500)
  assert.equal(frames().at(-1)?.type, 'price_update')
  mock.timers.tick(4900)
  seed({ bitcoin: 3, ethereum: 4 })
  const [update, status] = frames().slice(-2)
  assert.deepEqual(
    [update?.type, status],
    ['price_update', { type: 'status', source: 'coincap', stale: false, price_age_ms: 5400 }],
  )
})

test('prices become stale within 6 s of a silent producer and fresh with its next message', (t) => {
  const { read, publish, beat } = open(t)
  publish({ bitcoin: 1 })
  const { frames } = read()
  passQuietly(beat, 4000)
  assert.equal(frames().length, 2)
  mock.timers.tick(5500)
  assert.deepEqual(frames().at(-1), { type: 'status', source: 'coincap', stale: true, price_age_ms: 9500 })
  beat()
  assert.deepEqual(frames().at(-1), { type: 'status', source: 'coincap', stale: false, price_age_ms: 9500 })
})

test('a subscription narrows to the requested coins, and equal ones share one encoding', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2, solana: 3 })
  mock.timers.tick(250)
  const [a, b, all] = [read(), read(), read()]
  a.subscription.subscribe(new Set(['ethereum', 'bitcoin', 'nobody']))
  b.subscription.subscribe(new Set(['bitcoin', 'nobody', 'ethereum']))
  const last = ({ frames }: typeof a) => {
    const frame = frames().at(-1)
    assert.ok(frame && 'prices' in frame)
    return frame
  }
  assert.deepEqual([last(a).snapshot, last(a).prices], [true, { bitcoin: 1, ethereum: 2 }])
  publish({ bitcoin: 5, solana: 6 })
  mock.timers.tick(250)
  assert.deepEqual(last(a).prices, { bitcoin: 5 })
  assert.equal(a.buffers.at(-1), b.buffers.at(-1), 'one encoding')
  assert.deepEqual(last(all).prices, { bitcoin: 5, solana: 6 })
  const before = a.buffers.length
  publish({ solana: 7 })
  mock.timers.tick(250)
  assert.equal(a.buffers.length, before, 'receives no price of other coins')
  a.subscription.subscribe(new Set(['solana']))
  assert.deepEqual(last(a).prices, { bitcoin: 5, ethereum: 2, solana: 7 })
})

test('a client whose coins do not change receives a status within 5 s', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, tether: 1 })
  const { subscription, frames } = read()
  subscription.subscribe(new Set(['tether']))
  for (let second = 0; second < 12; second += 1) {
    publish({ bitcoin: 2 + second })
    mock.timers.tick(1000)
  }
  const received = frames().slice(3)
  assert.deepEqual(
    received.map(({ type }) => type),
    ['status', 'status'],
  )
  for (const frame of received)
    assert.ok(frame.type === 'status' && !frame.stale && (frame.price_age_ms ?? 1e9) <= 1000)
})

test('a client that leaves twice is counted once and receives nothing more', (t) => {
  const { hub, read, publish } = open(t)
  const [a, b] = [read(), read()]
  a.subscription.subscribe(new Set(['bitcoin']))
  a.subscription.leave()
  a.subscription.leave()
  assert.equal(hub.clients, 1)
  const before = a.buffers.length
  publish({ bitcoin: 1 })
  mock.timers.tick(250)
  assert.equal(a.buffers.length, before)
  b.subscription.ping()
  assert.equal(b.frames().at(-1)?.type, 'heartbeat')
})

test('setting the clock back does not delay heartbeats', (t) => {
  const { read, publish, beat, setBack } = open(t)
  publish({ bitcoin: 1 })
  const { frames } = read()
  setBack(600_000)
  passQuietly(beat, 16_000)
  assert.ok(frames().filter(({ type }) => type === 'heartbeat').length >= 1)
})

test('reports updates per minute, the age of the last one, and whether the producer is alive', (t) => {
  const { hub, publish, beat } = open(t)
  const look = () => [hub.broadcastsPerMinute, hub.secondsSinceBroadcast, hub.hearsProducer]
  assert.deepEqual(look(), [0, null, false])
  beat()
  assert.deepEqual(look(), [0, null, true])
  for (let count = 1; count <= 40; count += 1) {
    mock.timers.tick(2000)
    publish({ bitcoin: count })
  }
  assert.deepEqual(look(), [30, 0, true])
  mock.timers.tick(5000)
  assert.deepEqual(look(), [28, 5, true])
  mock.timers.tick(500)
  assert.deepEqual(look(), [28, 5.5, false])
  passQuietly(beat, 60_000)
  assert.deepEqual(look(), [0, 65.5, true])
})

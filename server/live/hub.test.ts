import assert from 'node:assert/strict'
import { mock, type TestContext, test } from 'node:test'
import { Value } from 'typebox/value'
import { Heartbeat, LiveStatus, PriceUpdate, type ServerFrame } from '../../contract/live.ts'
import { systemClock } from '../clock.ts'
import { Hub } from './hub.ts'

function open(t: TestContext) {
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: 1_000_000 })
  const hub = new Hub(systemClock)
  hub.start()
  t.after(() => {
    hub.stop()
    mock.timers.reset()
  })
  const shapes = { price_update: PriceUpdate, heartbeat: Heartbeat, status: LiveStatus }
  const parse = (bytes: Buffer): ServerFrame => {
    const frame: ServerFrame = JSON.parse(String(bytes))
    assert.ok(Value.Check(shapes[frame.type], frame), String(bytes))
    return frame
  }
  const read = () => {
    const buffers: Buffer[] = []
    const seat = hub.add({ onFrame: (frame) => buffers.push(frame) })
    return { buffers, seat, frames: () => buffers.map(parse) }
  }
  const publish = (prices: Record<string, number>) =>
    hub.publish({ source: 'coincap', received_at: Date.now(), prices })
  return { hub, read, publish }
}

test('a reader gets the status and every known price at once, then changed prices alone', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2 })
  mock.timers.tick(250)
  const { frames } = read()
  publish({ bitcoin: 3, ethereum: 2 })
  mock.timers.tick(250)
  const [status, snapshot, update] = frames()
  assert.deepEqual(status, { type: 'status', source: 'coincap', stale: false, price_age_ms: 250 })
  assert.deepEqual(snapshot, {
    type: 'price_update',
    snapshot: true,
    seq: 1,
    ts: 1_000_250,
    prices: { bitcoin: 1, ethereum: 2 },
  })
  assert.deepEqual(update, { type: 'price_update', seq: 2, ts: 1_000_500, prices: { bitcoin: 3 } })
})

test('however many prices come, there are at most 4 frames a second, with the newest price of each coin', (t) => {
  const { read, publish } = open(t)
  const { frames } = read()
  for (let price = 1; price <= 1000; price += 1) {
    publish({ bitcoin: price, [`coin-${price % 7}`]: price })
    mock.timers.tick(1)
  }
  const updates = frames().filter((frame) => frame.type === 'price_update' && frame.snapshot === undefined)
  assert.equal(updates.length, 4)
  const merged = Object.assign({}, ...updates.map((frame) => ('prices' in frame ? frame.prices : {})))
  assert.equal(merged.bitcoin, 1000)
  assert.equal(merged['coin-6'], 1000)
})

test('one encoding serves every reader', (t) => {
  const { read, publish } = open(t)
  const [a, b] = [read(), read()]
  publish({ bitcoin: 1 })
  mock.timers.tick(250)
  assert.equal(a.buffers.at(-1), b.buffers.at(-1))
  b.seat.leave()
  publish({ bitcoin: 2 })
  mock.timers.tick(250)
  assert.equal(a.buffers.length, b.buffers.length + 1)
})

test('silence brings a heartbeat every 15 s, and after 30 s without a price the word that it is stale', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1 })
  mock.timers.tick(250)
  const { frames } = read()
  for (let ms = 0; ms < 46_000; ms += 250) mock.timers.tick(250)
  const told = frames()
    .slice(2)
    .map((frame) => (frame.type === 'status' ? `stale ${frame.stale}` : frame.type))
  assert.deepEqual(told, ['heartbeat', 'stale true', 'heartbeat'])
  publish({ bitcoin: 2 })
  assert.equal(frames().at(-1)?.type, 'status')
})

test('the warehouse fills in for coins without a fresh price and removes those that left', (t) => {
  const { hub, read, publish } = open(t)
  hub.seed({ bitcoin: 1, ethereum: 2 })
  publish({ bitcoin: 100 })
  hub.seed({ bitcoin: 5, solana: 3 })
  mock.timers.tick(250)
  const snapshot = read().frames()[1]
  assert.deepEqual(snapshot && 'prices' in snapshot && snapshot.prices, { bitcoin: 100, solana: 3 })
  mock.timers.tick(31_000)
  hub.seed({ bitcoin: 5, solana: 3 })
  const later = read().frames()[1]
  assert.deepEqual(later && 'prices' in later && later.prices, { bitcoin: 5, solana: 3 })
  assert.equal(hub.status().stale, true)
})

test('a subscription narrows to the coins named, and equal ones share one encoding', (t) => {
  const { read, publish } = open(t)
  publish({ bitcoin: 1, ethereum: 2, solana: 3 })
  mock.timers.tick(250)
  const [a, b, all] = [read(), read(), read()]
  a.seat.subscribe(new Set(['ethereum', 'bitcoin', 'nobody']))
  b.seat.subscribe(new Set(['bitcoin', 'nobody', 'ethereum']))
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
  assert.equal(a.buffers.length, before, 'nothing of what it did not ask for')
  a.seat.subscribe(null)
  assert.deepEqual(last(a).prices, { bitcoin: 5, ethereum: 2, solana: 7 })
})

test('whoever leaves, however often, is counted once and hears nothing more', (t) => {
  const { hub, read, publish } = open(t)
  const [a, b] = [read(), read()]
  a.seat.subscribe(new Set(['bitcoin']))
  a.seat.leave()
  a.seat.leave()
  assert.equal(hub.clients, 1)
  const before = a.buffers.length
  publish({ bitcoin: 1 })
  mock.timers.tick(250)
  assert.equal(a.buffers.length, before)
  b.seat.ping()
  assert.equal(b.frames().at(-1)?.type, 'heartbeat')
})

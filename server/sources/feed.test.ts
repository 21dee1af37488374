import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRig, ids, minute } from '../../test/feed-rig.ts'
import { failing, steady, toBatch, toTick } from '../../test/tick-sources.ts'
import type { Tick } from './source.ts'

/** The sources of the ticks in order, without consecutive repeats. */
const listTurns = (ticks: Tick[]) =>
  ticks.map(({ source }) => source).filter((source, at, all) => source !== all[at - 1])

test('uses the first source and does not connect the others', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'])
  await clock.advance(10 * minute)
  assert.equal(inUse(), 'a')
  assert.deepEqual(listTurns(delivered), ['a'])
  assert.equal(get('b').source.opened.length, 0)
  const { state, ticks, failures, problem, retry_at, last_tick_at } = get('a').report
  assert.deepEqual(
    { state, failures, problem, retry_at },
    { state: 'good', failures: 0, problem: null, retry_at: null },
  )
  assert.equal(ticks, delivered.length)
  assert.equal(last_tick_at, new Date(clock.now()).toISOString())
})

test('switches to the next source after 15 s of silence', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = (moment) => (moment.second < 60 ? steady('a')(moment) : 'silent')
  await clock.advance(59_000 + 14_999)
  assert.equal(get('a').state, 'good')
  await clock.advance(1)
  assert.match(get('a').report.problem ?? '', /No message for 15 s/)
  assert.equal(inUse(), 'b')
  assert.deepEqual(listTurns(delivered), ['a', 'b'])
})

test('a source that sends messages without prices is not healthy, and is degraded after a minute', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a'])
  get('a').source.act = () => toBatch()
  await clock.advance(minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['connecting', null])
  await clock.advance(1)
  assert.match(get('a').report.problem ?? '', /No price of the largest coins/)
})

test('leaves a source whose three largest coins do not change for a minute, even if others do', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = ({ ids, now, second }) =>
    toBatch(...ids.map((id, rank) => toTick('a', id, rank < 3 ? 100 : 100 + (second % 2), now)))
  await clock.advance(minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['good', 'a'])
  await clock.advance(1)
  assert.deepEqual([get('a').report.failures, inUse()], [1, 'b'])
})

test('keeps a source if one of its three largest coins moves, and ignores coins it does not send', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = ({ now, second }) =>
    toBatch(toTick('a', 'tether', 1, now), toTick('a', 'solana', 100 + (second % 2), now))
  await clock.advance(5 * minute)
  assert.deepEqual([get('a').report.failures, inUse()], [0, 'a'])
})

test('a source that closes every second pauses after five failures, and the next one takes over', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'], { random: 1 })
  get('a').source.act = (moment) => (moment.second === 0 ? steady('a')(moment) : 'end')
  await clock.advance(2 * minute)
  assert.deepEqual([get('a').state, get('a').report.failures, inUse()], ['resting', 5, 'b'])
  const { opened } = get('a').source
  const restedAt = (opened.at(-1)?.at ?? 0) + 1000
  assert.equal(get('a').report.retry_at, new Date(restedAt + 5 * minute).toISOString())
  assert.deepEqual(listTurns(delivered), ['a', 'b'])
  await clock.advance(restedAt + 5 * minute - clock.now() - 1)
  assert.equal(opened.length, 5)
  await clock.advance(1)
  assert.equal(opened.length, 6)
})

test('a source that reconnects within half a second stays in use, and no other is started', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'], { random: 0 })
  get('a').source.act = (moment) => (moment.second < 600 ? steady('a')(moment) : 'end')
  await clock.advance(600_000 + 400)
  assert.deepEqual([get('a').state, inUse()], ['waiting', 'a'])
  await clock.advance(minute)
  assert.deepEqual([get('a').state, inUse(), get('b').source.opened.length], ['good', 'a', 0])
  assert.deepEqual(listTurns(delivered), ['a'])
})

test('skips a dead or silent first source after 3 s and a second one after 5 s more', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b', 'c'])
  get('a').source.act = failing('a', 'unreachable')
  get('b').source.act = () => 'silent'
  await clock.advance(2999)
  assert.deepEqual([inUse(), get('b').source.opened.length], [null, 0])
  await clock.advance(1)
  assert.equal(get('b').source.opened.length, 1)
  await clock.advance(4999)
  assert.deepEqual([inUse(), get('c').source.opened.length], [null, 0])
  await clock.advance(1)
  assert.equal(inUse(), 'c')
})

test('does not wait for a source that retries in more than 3 s', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'rate_limited', 20_000)
  await clock.advance(0)
  assert.deepEqual([get('a').state, inUse()], ['waiting', 'b'])
  await clock.advance(19_999)
  assert.equal(get('a').source.opened.length, 1)
  await clock.advance(1)
  assert.equal(get('a').source.opened.length, 2)
})

test('with all sources down, none is active or pauses longer than a minute, and the first to recover takes over', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b', 'c'])
  await clock.advance(minute)
  for (const name of ['a', 'b', 'c']) get(name).source.act = failing(name, 'unreachable')
  await clock.advance(30 * minute)
  assert.equal(inUse(), null)
  get('b').source.act = steady('b')
  await clock.advance(minute)
  assert.equal(inUse(), 'b')
  assert.deepEqual([get('c').state, listTurns(delivered)], ['off', ['a', 'b']])
})

test('returns to the preferred source after ten healthy minutes and stops the other', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(30 * minute)
  assert.equal(inUse(), 'b')
  get('a').source.act = steady('a')
  await clock.advance(40 * minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['good', 'b'])
  await clock.advance(1)
  assert.deepEqual([inUse(), get('b').state], ['a', 'off'])
  await clock.advance(minute)
  assert.deepEqual([listTurns(delivered), get('b').source.open], [['b', 'a'], 0])
})

test('returns to a flapping preferred source only after ten healthy minutes in a row', async (t) => {
  const { clock, delivered, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(minute)
  get('a').source.act = (moment) => (moment.second < 540 ? steady('a')(moment) : 'end')
  await clock.advance(180 * minute)
  assert.ok(get('a').report.failures > 10)
  assert.deepEqual(listTurns(delivered), ['b'])
  get('a').source.act = steady('a')
  await clock.advance(20 * minute)
  assert.equal(inUse(), 'a')
})

test('a healthy source takes over immediately when the active source is lost', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b', 'c'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(59 * minute)
  get('a').source.act = steady('a')
  await clock.advance(1 * minute + 10_000)
  assert.deepEqual([get('a').state, inUse()], ['good', 'b'])
  get('b').source.act = () => 'end'
  await clock.advance(1000)
  assert.deepEqual([inUse(), get('b').state, get('c').source.opened.length], ['a', 'off', 0])
})

for (const kind of ['blocked', 'bad_key', 'plan'] as const)
  test(`a source that refuses the connection (${kind}) pauses an hour, and the next one starts immediately`, async (t) => {
    const { clock, get, inUse } = createRig(t, ['a', 'b'])
    get('a').source.act = failing('a', kind)
    await clock.advance(0)
    assert.deepEqual([get('a').state, inUse()], ['resting', 'b'])
    await clock.advance(60 * minute - 1)
    assert.equal(get('a').source.opened.length, 1)
    await clock.advance(1)
    assert.equal(get('a').source.opened.length, 2)
  })

test('a pause after errors outlasts a stop and start', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b', 'c'])
  const dead = (name: string) => {
    get(name).source.act = failing(name, 'unreachable')
  }
  dead('a')
  get('b').source.act = failing('b', 'blocked')
  await clock.advance(10_000)
  assert.deepEqual([inUse(), get('b').state], ['c', 'resting'])
  get('a').source.act = steady('a')
  await clock.advance(20 * minute)
  assert.deepEqual([inUse(), get('b').state], ['a', 'off'])
  dead('a')
  await clock.advance(10_000)
  assert.deepEqual([inUse(), get('b').state, get('b').source.opened.length], ['c', 'resting', 1])
})

test('counts invalid, old, equal, future, tenfold and withheld prices, and delivers none of them', async (t) => {
  const { clock, delivered, get } = createRig(t, ['a'])
  get('a').source.act = ({ now, second }) => {
    const good = toTick('a', 'bitcoin', 100 + (second % 2), now)
    const bad = [
      { ...good, price_usd: 99, source_at: now - 1 },
      good,
      toTick('a', 'bitcoin', 97, now, now + 6000),
      toTick('a', 'bitcoin', 1000, now, now + 1),
      toTick('a', 'unknown', 5, now),
    ]
    return { ticks: [good, ...bad], garbage: 2, withheld: 3 }
  }
  await clock.advance(9_000)
  const { ticks, refused } = get('a').report
  assert.deepEqual(
    { ticks, ...refused },
    { ticks: 10, garbage: 30, older: 10, equal: 10, future: 10, jump: 10, no_rate: 30, clock: 0 },
  )
  assert.ok(delivered.every(({ price_usd }) => price_usd === 100 || price_usd === 101))
})

test('delivers trades of one millisecond in order, within a batch and across batches', async (t) => {
  const { clock, delivered, get } = createRig(t, ['a'])
  const opened = clock.now()
  const fills = [[100, 101, 100.5], [100.2, 99.9], [100.9]]
  get('a').source.act = ({ second }) =>
    toBatch(...(fills[second] ?? []).map((price) => toTick('a', 'bitcoin', price, opened + second * 1000, opened)))
  await clock.advance(3000)
  assert.deepEqual(
    delivered.map(({ price_usd }) => price_usd),
    fills.flat(),
  )
  assert.equal(get('a').report.refused.equal, 0)
})

test('delivers a real 30% drop with the third tick', async (t) => {
  const { clock, delivered, get } = createRig(t, ['a'])
  await clock.advance(minute)
  get('a').source.act = steady('a', 70)
  await clock.advance(2000)
  assert.ok(delivered.every(({ price_usd }) => price_usd > 99))
  await clock.advance(1000)
  assert.equal(delivered.filter(({ price_usd }) => price_usd < 71).length, ids.length)
  assert.equal(get('a').report.refused.jump, 2 * ids.length)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quietLog } from '../../test/database.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { createTestSource, failing, steady, still, toBatch, toTick } from '../../test/tick-sources.ts'
import { startFeed } from './feed.ts'
import type { Tick } from './source.ts'
import { SourceClock } from './source-clock.ts'

const ids = ['bitcoin', 'ethereum', 'tether', 'solana']
const minute = 60_000

function createRig(t: TestContext, names: string[], { random = 0.5, follow = true } = {}) {
  const clock = new FakeClock()
  const sources = Object.fromEntries(names.map((name) => [name, createTestSource(clock, name)]))
  const told: Tick[] = []
  const onTicks = (ticks: Tick[]) => told.push(...ticks)
  const options = {
    sources: Object.values(sources),
    clock: new SourceClock(clock),
    log: quietLog,
    onTicks,
    random: () => random,
  }
  const feed = startFeed(options)
  t.after(() => void feed.stop())
  if (follow) feed.follow(ids)
  const get = (name: string) => {
    const source = sources[name]
    const report = feed.report().sources.find(({ source }) => source === name)
    assert.ok(source !== undefined && report !== undefined)
    return { source, report, state: report.state }
  }
  return { clock, feed, told, get, inUse: () => feed.report().source }
}

/** The sources of the ticks, each named once in a row. */
const listTurns = (ticks: Tick[]) =>
  ticks.map(({ source }) => source).filter((source, at, all) => source !== all[at - 1])

test('the first source is in use, and the others are left alone', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'])
  await clock.advance(10 * minute)
  assert.equal(inUse(), 'a')
  assert.deepEqual(listTurns(told), ['a'])
  assert.equal(get('b').source.opened.length, 0)
  const { state, ticks, failures, problem, retry_at, last_tick_at } = get('a').report
  assert.deepEqual(
    { state, failures, problem, retry_at },
    { state: 'good', failures: 0, problem: null, retry_at: null },
  )
  assert.equal(ticks, told.length)
  assert.equal(last_tick_at, new Date(clock.now()).toISOString())
})

test('a source that falls silent is left after 15 s, at once, and its prices are carried on by the next', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = (moment) => (moment.second < 60 ? steady('a')(moment) : 'silent')
  await clock.advance(59_000 + 14_999)
  assert.equal(get('a').state, 'good')
  await clock.advance(1)
  assert.match(get('a').report.problem ?? '', /no message for 15 s/)
  assert.equal(inUse(), 'b')
  assert.deepEqual(listTurns(told), ['a', 'b'])
})

test('a source that sends signs of life and no price is not good, and degraded after a minute', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a'])
  get('a').source.act = () => toBatch()
  await clock.advance(minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['connecting', null])
  await clock.advance(1)
  assert.match(get('a').report.problem ?? '', /no price of the largest coins/)
})

test('a source whose largest three coins stand still for a minute is left, though others move', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = ({ ids, now, second }) =>
    toBatch(...ids.map((id, rank) => toTick('a', id, rank < 3 ? 100 : 100 + (second % 2), now)))
  await clock.advance(minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['good', 'a'])
  await clock.advance(1)
  assert.deepEqual([get('a').report.failures, inUse()], [1, 'b'])
})

test('one of the largest three that moves is enough, and coins that the source does not bring do not count', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = ({ now, second }) =>
    toBatch(toTick('a', 'tether', 1, now), toTick('a', 'solana', 100 + (second % 2), now))
  await clock.advance(5 * minute)
  assert.deepEqual([get('a').report.failures, inUse()], [0, 'a'])
})

test('a source that closes every second rests after five failures, and the second carries on', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'], { random: 1 })
  get('a').source.act = (moment) => (moment.second === 0 ? steady('a')(moment) : 'end')
  await clock.advance(2 * minute)
  assert.deepEqual([get('a').state, get('a').report.failures, inUse()], ['resting', 5, 'b'])
  const { opened } = get('a').source
  const restedAt = (opened.at(-1)?.at ?? 0) + 1000
  assert.equal(get('a').report.retry_at, new Date(restedAt + 5 * minute).toISOString())
  assert.deepEqual(listTurns(told), ['a', 'b'])
  await clock.advance(restedAt + 5 * minute - clock.now() - 1)
  assert.equal(opened.length, 5)
  await clock.advance(1)
  assert.equal(opened.length, 6)
})

test('a source that is cut and back in half a second stays in use, without a second one started', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'], { random: 0 })
  get('a').source.act = (moment) => (moment.second < 600 ? steady('a')(moment) : 'end')
  await clock.advance(600_000 + 400)
  assert.deepEqual([get('a').state, inUse()], ['waiting', 'a'])
  await clock.advance(minute)
  assert.deepEqual([get('a').state, inUse(), get('b').source.opened.length], ['good', 'a', 0])
  assert.deepEqual(listTurns(told), ['a'])
})

test('a first source that is dead or silent at the start costs 3 s, a second one 5 s more', async (t) => {
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

test('a source whose next try is further off than 3 s is not waited for', async (t) => {
  const { clock, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'rate_limited', 20_000)
  await clock.advance(0)
  assert.deepEqual([get('a').state, inUse()], ['waiting', 'b'])
  await clock.advance(19_999)
  assert.equal(get('a').source.opened.length, 1)
  await clock.advance(1)
  assert.equal(get('a').source.opened.length, 2)
})

test('all sources dead: none is in use, none rests longer than a minute, and the first that is back is', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b', 'c'])
  await clock.advance(minute)
  for (const name of ['a', 'b', 'c']) get(name).source.act = failing(name, 'unreachable')
  await clock.advance(30 * minute)
  assert.equal(inUse(), null)
  get('b').source.act = steady('b')
  await clock.advance(minute)
  assert.equal(inUse(), 'b')
  assert.deepEqual([get('c').state, listTurns(told)], ['off', ['a', 'b']])
})

test('the preferred source is in use again after ten good minutes, and the other is switched off', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(30 * minute)
  assert.equal(inUse(), 'b')
  get('a').source.act = steady('a')
  await clock.advance(40 * minute - 1)
  assert.deepEqual([get('a').state, inUse()], ['good', 'b'])
  await clock.advance(1)
  assert.deepEqual([inUse(), get('b').state], ['a', 'off'])
  await clock.advance(minute)
  assert.deepEqual([listTurns(told), get('b').source.open], [['b', 'a'], 0])
})

test('a preferred source that flaps does not come back, until it is good for ten minutes in a row', async (t) => {
  const { clock, told, get, inUse } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(minute)
  get('a').source.act = (moment) => (moment.second < 540 ? steady('a')(moment) : 'end')
  await clock.advance(180 * minute)
  assert.ok(get('a').report.failures > 10)
  assert.deepEqual(listTurns(told), ['b'])
  get('a').source.act = steady('a')
  await clock.advance(20 * minute)
  assert.equal(inUse(), 'a')
})

test('when the source in use is lost, a good one takes over at once, however short it has been good', async (t) => {
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
  test(`a source that refuses us (${kind}) rests an hour, and the next is started at once`, async (t) => {
    const { clock, get, inUse } = createRig(t, ['a', 'b'])
    get('a').source.act = failing('a', kind)
    await clock.advance(0)
    assert.deepEqual([get('a').state, inUse()], ['resting', 'b'])
    await clock.advance(60 * minute - 1)
    assert.equal(get('a').source.opened.length, 1)
    await clock.advance(1)
    assert.equal(get('a').source.opened.length, 2)
  })

test('a rest outlasts being switched off and asked for again', async (t) => {
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

test('garbage, old, equal, future, tenfold and withheld prices reach nobody and are counted', async (t) => {
  const { clock, told, get } = createRig(t, ['a'])
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
  assert.ok(told.every(({ price_usd }) => price_usd === 100 || price_usd === 101))
})

test('of the fills of one millisecond the last is told last, within a batch and over its border', async (t) => {
  const { clock, told, get } = createRig(t, ['a'])
  const opened = clock.now()
  const fills = [[100, 101, 100.5], [100.2, 99.9], [100.9]]
  get('a').source.act = ({ second }) =>
    toBatch(...(fills[second] ?? []).map((price) => toTick('a', 'bitcoin', price, opened + second * 1000, opened)))
  await clock.advance(3000)
  assert.deepEqual(
    told.map(({ price_usd }) => price_usd),
    fills.flat(),
  )
  assert.equal(get('a').report.refused.equal, 0)
})

test('a true fall of 30 % reaches the reader with the third tick', async (t) => {
  const { clock, told, get } = createRig(t, ['a'])
  await clock.advance(minute)
  get('a').source.act = steady('a', 70)
  await clock.advance(2000)
  assert.ok(told.every(({ price_usd }) => price_usd > 99))
  await clock.advance(1000)
  assert.equal(told.filter(({ price_usd }) => price_usd < 71).length, ids.length)
  assert.equal(get('a').report.refused.jump, 2 * ids.length)
})

test('a preferred source in the background and the warehouse bear witness', async (t) => {
  const { clock, feed, told, get } = createRig(t, ['a', 'b'])
  get('a').source.act = failing('a', 'blocked')
  await clock.advance(59 * minute)
  get('a').source.act = steady('a')
  await clock.advance(2 * minute)
  get('a').source.act = steady('a', 70)
  get('b').source.act = steady('b', 70)
  await clock.advance(1000)
  assert.deepEqual(
    new Set(told.slice(-ids.length).map(({ source, price_usd }) => `${source} ${price_usd < 71}`)),
    new Set(['b true']),
  )
  get('a').source.act = still('a')
  get('b').source.act = steady('b', 40)
  await clock.advance(1000)
  assert.ok((told.at(-1)?.price_usd ?? 0) > 69)
  feed.noteReferences({ bitcoin: { price_usd: 40, at: clock.now() } })
  assert.deepEqual([told.at(-1)?.coingecko_id, Math.round(told.at(-1)?.price_usd ?? 0)], ['bitcoin', 40])
})

test('other coins are followed by a connection made anew, which is no failure and changes no source', async (t) => {
  const { clock, feed, told, get, inUse } = createRig(t, ['a', 'b', 'c'])
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
  assert.deepEqual(new Set(told.slice(-2).map((tick) => tick.coingecko_id)), new Set(['bitcoin', 'dogecoin']))
  await clock.advance(5 * minute)
  assert.equal(inUse(), 'a', 'ten good minutes go on over a connection made anew')
})

test('without coins nothing is connected, and with coins it is again', async (t) => {
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
  test(`a feed that is ${state} stops at once, leaves no timer, and tells nothing more`, async (t) => {
    const { clock, feed, told, get } = createRig(t, ['a', 'b'])
    get('a').source.act = act
    await clock.advance(state === 'resting' ? minute : 1200)
    assert.equal(get('a').state, state)
    const before = told.length
    await feed.stop()
    assert.deepEqual([clock.sleepers, get('a').source.open, get('b').source.open], [0, 0, 0])
    await clock.advance(10 * minute)
    assert.equal(told.length, before)
  })

test('a connection that does not end when told is left behind', async (t) => {
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

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quietLog } from '../../test/database.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { createTestSource, failing, steady, type TestSource } from '../../test/tick-sources.ts'
import { SourceError } from '../errors.ts'
import { startFeed } from './feed.ts'
import { SourceClock } from './source-clock.ts'

const minute = 60_000

function open(t: TestContext, names: string[], random: number) {
  const clock = new FakeClock()
  const sources = names.map((name) => createTestSource(clock, name))
  const feed = startFeed({
    sources,
    clock: new SourceClock(clock),
    log: quietLog,
    onTicks: () => undefined,
    random: () => random,
  })
  t.after(() => void feed.stop())
  const get = (name: string): TestSource => {
    const source = sources.find(({ id }) => id === name)
    assert.ok(source !== undefined)
    return source
  }
  return { clock, feed, get, follow: () => feed.follow(['bitcoin', 'ethereum']) }
}

/** Sends good prices for some seconds of each connection, then an error frame. */
const breaking =
  (name: string, seconds: number): TestSource['act'] =>
  (moment) =>
    moment.second < seconds ? steady(name)(moment) : new SourceError(name, 'broken', 'it refuses the subscription')

const gapsOf = ({ opened }: TestSource) => opened.slice(1).map(({ at }, index) => at - (opened[index]?.at ?? 0))

for (const random of [0, 0.5, 1])
  test(`the only source reconnects within 5 s of each error frame (jitter ${random})`, async (t) => {
    const { clock, get, follow } = open(t, ['a'], random)
    get('a').act = breaking('a', 4)
    follow()
    await clock.advance(30 * minute)
    const gaps = gapsOf(get('a'))
    assert.ok((gaps[0] ?? Infinity) <= 4000 + 1500, 'the first pause is short')
    assert.ok(Math.max(...gaps) <= 4000 + 5000, `${Math.max(...gaps)} ms`)
    assert.ok(gaps.length >= (30 * minute) / 9000 - 1)
  })

test('pauses longer after an error frame if another source has taken over', async (t) => {
  const { clock, feed, get, follow } = open(t, ['a', 'b'], 1)
  get('a').act = breaking('a', 0)
  follow()
  await clock.advance(10 * minute)
  assert.equal(feed.report().source, 'b')
  assert.ok(Math.max(...gapsOf(get('a'))) >= 5 * minute)
})

test('retries a paused source within 5 s once no other source is left', async (t) => {
  const { clock, get, follow } = open(t, ['a', 'b'], 1)
  get('a').act = breaking('a', 0)
  follow()
  await clock.advance(2 * minute)
  get('a').act = steady('a')
  get('b').act = failing('b', 'unreachable')
  const before = get('a').opened.length
  await clock.advance(5000 + 1000)
  assert.equal(get('a').opened.length, before + 1)
})

test('honors Retry-After of the only source, and pauses an hour after a refusal', async (t) => {
  for (const [error, pauseMs] of [
    [failing('a', 'rate_limited', 40_000), 40_000],
    [failing('a', 'bad_key'), 60 * minute],
  ] as const) {
    const { clock, get, follow } = open(t, ['a'], 0)
    get('a').act = error
    follow()
    await clock.advance(pauseMs - 1)
    assert.equal(get('a').opened.length, 1)
    await clock.advance(1)
    assert.equal(get('a').opened.length, 2)
  }
})

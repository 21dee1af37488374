import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quietLog } from '../../test/database.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { createTestSource, toBatch } from '../../test/tick-sources.ts'
import { startFeed } from './feed.ts'
import type { Tick } from './source.ts'
import { SourceClock } from './source-clock.ts'

const second = 1000
const minute = 60_000
const ids = ['bitcoin', 'ethereum', 'solana']

/** A feed of one source, on a machine whose clock is off by `offset`. `timed`: does the source tell the time? */
function open(t: TestContext, offset: number, { timed = true } = {}) {
  const local = new FakeClock()
  const clock = new SourceClock(local)
  const told: Tick[] = []
  const act = ({ second }: { second: number }) =>
    toBatch(
      ...ids.map((coingecko_id) => ({
        coingecko_id,
        price_usd: 100 + (second % 3),
        source_at: timed ? local.elapsed() - offset : null,
        received_at: clock.now(),
        source: 'a',
      })),
    )
  const source = createTestSource(local, 'a', act)
  const feed = startFeed({ sources: [source], clock, log: quietLog, onTicks: (ticks) => told.push(...ticks) })
  t.after(() => void feed.stop())
  feed.follow(ids)
  return { local, clock, feed, told, refused: () => feed.report().sources[0]?.refused }
}

for (const offset of [-8 * second, -5 * minute, 8 * second, 5 * minute])
  test(`a clock that is off by ${offset / 1000} s costs no more than the first ticks, and is told`, async (t) => {
    const { local, feed, told } = open(t, offset)
    await local.advance(10 * second)
    assert.ok(told.length >= 10 * ids.length - 5, `${told.length} ticks`)
    const last = told.at(-1)
    assert.equal(last?.received_at, last?.source_at, 'what came is dated by the right time')
    assert.equal(feed.report().clock.offset_ms, offset)
    assert.equal(feed.report().source, 'a')
  })

for (const offset of [-5 * minute - 1, 5 * minute + 1, -60 * minute])
  test(`a clock that is off by ${offset} ms has prices refused, which is no fault of the source`, async (t) => {
    const { local, feed, told, refused } = open(t, offset)
    await local.advance(10 * minute)
    const before = told.length
    await local.advance(minute)
    assert.equal(told.length, before)
    assert.ok((refused()?.clock ?? 0) > 100)
    const { source, sources, clock } = feed.report()
    assert.deepEqual([source, sources[0]?.state, sources[0]?.failures], ['a', 'good', 0])
    assert.equal(clock.state, 'refusing')
    local.step(-offset)
    await local.advance(minute)
    assert.ok(told.length > before, 'and taken again once it is set')
  })

test('prices of a source that tells no time are refused too while the clock is known to be too far off', async (t) => {
  const { local, clock, told, refused } = open(t, 6 * minute, { timed: false })
  await local.advance(3 * second)
  const before = told.length
  assert.ok(before > 0, 'nothing is known against it yet')
  clock.timeRequest()(new Headers({ date: new Date(local.now() - 6 * minute).toUTCString() }))
  await local.advance(3 * second)
  assert.deepEqual([told.length, refused()?.clock], [before, 9])
})

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

/** A feed of one source on a machine whose clock is off by `offset`. `timed`: whether ticks have a source time. */
function open(t: TestContext, offset: number, { timed = true } = {}) {
  const local = new FakeClock()
  const clock = new SourceClock(local)
  const delivered: Tick[] = []
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
  const feed = startFeed({ sources: [source], clock, log: quietLog, onTicks: (ticks) => delivered.push(...ticks) })
  t.after(() => void feed.stop())
  feed.follow(ids)
  return { local, clock, feed, delivered, refused: () => feed.report().sources[0]?.refused }
}

for (const offset of [-8 * second, -5 * minute, 8 * second, 5 * minute])
  test(`a clock that is off by ${offset / 1000} s loses only the first ticks and is reported`, async (t) => {
    const { local, feed, delivered } = open(t, offset)
    await local.advance(10 * second)
    assert.ok(delivered.length >= 10 * ids.length - 5, `${delivered.length} ticks`)
    const last = delivered.at(-1)
    assert.equal(last?.received_at, last?.source_at, 'arrival times are corrected')
    assert.equal(feed.report().clock.offset_ms, offset)
    assert.equal(feed.report().source, 'a')
  })

for (const offset of [-5 * minute - 1, 5 * minute + 1, -60 * minute])
  test(`a clock that is off by ${offset} ms refuses prices without counting a failure of the source`, async (t) => {
    const { local, feed, delivered, refused } = open(t, offset)
    await local.advance(10 * minute)
    const before = delivered.length
    await local.advance(minute)
    assert.equal(delivered.length, before)
    assert.ok((refused()?.clock ?? 0) > 100)
    const { source, sources, clock } = feed.report()
    assert.deepEqual([source, sources[0]?.state, sources[0]?.failures], ['a', 'good', 0])
    assert.equal(clock.state, 'refusing')
    local.step(-offset)
    await local.advance(minute)
    assert.ok(delivered.length > before, 'prices are accepted again once the clock is set')
  })

test('refuses prices without a source time while the clock is known to be too far off', async (t) => {
  const { local, clock, delivered, refused } = open(t, 6 * minute, { timed: false })
  await local.advance(3 * second)
  const before = delivered.length
  assert.ok(before > 0, 'the offset is unknown yet')
  clock.timeRequest()(new Headers({ date: new Date(local.now() - 6 * minute).toUTCString() }))
  await local.advance(3 * second)
  assert.deepEqual([delivered.length, refused()?.clock], [before, 9])
})

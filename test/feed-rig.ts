import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startFeed } from '../server/sources/feed.ts'
import type { Tick } from '../server/sources/source.ts'
import { SourceClock } from '../server/sources/source-clock.ts'
import { quietLog } from './database.ts'
import { FakeClock } from './fake-clock.ts'
import { createTestSource } from './tick-sources.ts'

export const ids = ['bitcoin', 'ethereum', 'tether', 'solana']
export const minute = 60_000

/** A feed of test sources on a fake clock, with the ticks it delivered. */
export function createRig(t: TestContext, names: string[], { random = 0.5, follow = true } = {}) {
  const clock = new FakeClock()
  const sources = Object.fromEntries(names.map((name) => [name, createTestSource(clock, name)]))
  const delivered: Tick[] = []
  const onTicks = (ticks: Tick[]) => delivered.push(...ticks)
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
  return { clock, feed, delivered, get, inUse: () => feed.report().source }
}

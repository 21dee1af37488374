import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeClock } from '../../test/fake-clock.ts'
import { toTick } from '../../test/tick-sources.ts'
import type { Tick } from './source.ts'
import { SourceClock } from './source-clock.ts'
import { TickGuard } from './tick-guard.ts'

function createGuard() {
  const clock = new FakeClock(1_000_000)
  const guard = new TickGuard(new SourceClock(clock))
  guard.follow(['bitcoin'])
  const moveTo = (at: number) => clock.advanceNow(Math.max(0, 1_000_000 + at * 1000 - clock.now()))
  /** The result for a price of the active source, `at` seconds after the start. */
  const judge = (price: number, at: number, { sourceAt = at, source = 'a' } = {}): number | string | null => {
    moveTo(at)
    const tick = toTick(source, 'bitcoin', price, 1_000_000 + at * 1000, 1_000_000 + sourceAt * 1000)
    return guard.refuse('a', tick) ?? guard.accept(tick)?.price_usd ?? null
  }
  const observe = (price: number, at: number, source = 'b') =>
    guard.observe(toTick(source, 'bitcoin', price, 1_000_000 + at * 1000))?.price_usd ?? null
  return { guard, judge, observe }
}

test('refuses older, equal and future ticks, invalid prices and unknown coins, each with its reason', () => {
  const { guard, judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  assert.equal(judge(100, 1, { sourceAt: 0 }), 'equal')
  assert.equal(judge(101, 1, { sourceAt: -0.001 }), 'older')
  assert.equal(judge(101, 1, { sourceAt: 6.001 }), 'future')
  assert.equal(judge(101, 1, { sourceAt: 6 }), 101)
  for (const price of [0, -1, NaN, Infinity]) assert.equal(judge(price, 6), 'garbage')
  assert.equal(guard.refuse('a', toTick('a', 'dogecoin', 1, 1_000_000)), 'garbage')
})

test('accepts several prices with the same source time in order, and the last one counts', () => {
  for (const prices of [
    [100, 104, 102],
    [102, 104, 100],
    [101, 100, 101],
  ]) {
    const { judge } = createGuard()
    assert.equal(judge(99, 0), 99)
    assert.deepEqual(
      prices.map((price) => judge(price, 1)),
      prices,
    )
    const last = prices.at(-1) ?? Number.NaN
    assert.equal(judge(last, 1), 'equal', 'a repeated price is equal')
    assert.equal(judge(103, 1, { sourceAt: 0.999 }), 'older')
  }
})

test('accepts ticks without a source time in order of arrival', () => {
  const { guard } = createGuard()
  for (const price of [100, 101, 100]) {
    const tick: Tick = { ...toTick('a', 'bitcoin', price, 1_000_000), source_at: null }
    assert.equal(guard.refuse('a', tick), null)
    assert.deepEqual(guard.accept(tick), tick)
  }
})

test('accepts a tick that arrives over two connections once, and on neither as older', () => {
  const { guard } = createGuard()
  const tick = toTick('c', 'bitcoin', 100, 1_000_000)
  assert.equal(guard.refuse('b', tick), null)
  assert.equal(guard.refuse('a', tick), null)
  assert.deepEqual(guard.accept(tick), tick)
  assert.equal(guard.refuse('d', tick), 'equal')
})

test('never accepts repeated tenfold prices between good ones, and keeps the reference', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  for (let at = 1; at < 20; at += 2) {
    assert.equal(judge(1000, at), null)
    assert.equal(judge(100, at + 0.1), 100)
  }
  assert.equal(judge(80, 21), 80)
  assert.equal(judge(96.1, 22), null)
})

test('accepts a 30% drop from the third consecutive tick within 10 s', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  assert.equal(judge(70, 1), null)
  assert.equal(judge(69, 2), null)
  assert.equal(judge(68, 3), 68)
  assert.equal(judge(67, 4), 67)
  assert.equal(judge(100, 5), null)
})

test('does not accept three ticks more than 10 s or 20% apart', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  for (const at of [1, 7, 13, 19]) assert.equal(judge(70, at), null)
  for (const [price, at] of [
    [50, 20],
    [30, 21],
    [10, 22],
  ] as const)
    assert.equal(judge(price, at), null)
})

test('needs three ticks within 10 s', () => {
  for (const [last, accepted] of [
    [11, 70],
    [11.001, null],
  ] as const) {
    const { judge } = createGuard()
    assert.equal(judge(100, 0), 100)
    assert.deepEqual([judge(70, 1), judge(70, 6)], [null, null])
    assert.equal(judge(70, last), accepted)
  }
})

test('accepts a price within 20% of the last one, and three ticks within 20% of the lowest', () => {
  for (const [price, answer] of [
    [120, 120],
    [80, 80],
    [120.01, null],
    [79.99, null],
  ] as const) {
    const { judge } = createGuard()
    assert.equal(judge(100, 0), 100)
    assert.equal(judge(price, 1), answer)
  }
  for (const [last, accepted] of [
    [60, 60],
    [60.01, null],
  ] as const) {
    const { judge } = createGuard()
    assert.equal(judge(100, 0), 100)
    assert.deepEqual([judge(50, 1), judge(55, 2), judge(last, 3)], [null, null, accepted])
  }
})

test('counts pending ticks of each source separately', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  const tick = (source: string, at: number) => judge(70, at, { source })
  assert.deepEqual([tick('a', 1), tick('a', 2), tick('b', 3), tick('b', 4)], [null, null, null, null])
  assert.equal(tick('a', 5), 70, 'the third tick of one source')
  assert.deepEqual([judge(30, 6, { source: 'b' }), judge(30, 7, { source: 'b' })], [null, null])
  assert.equal(judge(30, 8, { source: 'b' }), 30, 'the pending ticks of the last jump are dropped')
})

test('counts several pending prices at one time once, with the last price', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  assert.deepEqual([judge(79, 1), judge(75, 1), judge(70, 1), judge(71, 2)], [null, null, null, null])
  assert.equal(judge(72, 3), 72)
  assert.deepEqual([judge(40, 4), judge(73, 4)], [null, 73], 'a price that returns ends the jump')
})

test('another source confirms a drop immediately or later, and a source cannot confirm itself', () => {
  const { judge, observe } = createGuard()
  assert.equal(judge(100, 0), 100)
  assert.equal(observe(70, 1), null)
  assert.equal(judge(69, 2), 69)
  assert.equal(judge(40, 3), null)
  assert.equal(observe(40, 3.5, 'a'), null)
  assert.equal(observe(69, 4), null)
  assert.equal(observe(41, 5), 40)
  assert.equal(judge(42, 6), 42)
})

test('a price of another source from before the last accepted price does not confirm a jump', () => {
  const { judge, observe } = createGuard()
  assert.equal(judge(100, 0), 100)
  assert.equal(observe(1000, 1), null)
  assert.equal(judge(101, 2), 101)
  assert.equal(judge(1000, 3), null)
  assert.equal(observe(1000, 1.999), null)
  assert.equal(observe(1000, 2), 1000, 'a price of the same time confirms it')
})

test('uses the warehouse price as the first reference, and a newer one confirms a jump', () => {
  const { guard, judge } = createGuard()
  guard.noteReferences({ bitcoin: { price_usd: 100, at: 400_000 } })
  assert.equal(judge(1000, 0), null)
  assert.equal(judge(110, 1), 110)
  assert.equal(judge(60, 2), null)
  assert.deepEqual(guard.noteReferences({ bitcoin: { price_usd: 62, at: 900_000 } }), [])
  assert.deepEqual(
    guard.noteReferences({ bitcoin: { price_usd: 61, at: 1_003_000 } }).map((tick) => tick.price_usd),
    [60],
  )
})

test('accepts a first price without a reference, and three ticks correct a wrong one', () => {
  const { judge } = createGuard()
  assert.equal(judge(1000, 0), 1000)
  assert.deepEqual([judge(100, 1), judge(100, 2), judge(101, 3)], [null, null, 101])
})

test('accepts three consecutive ticks of a rarely traded coin after an hour', () => {
  const { judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  const results: unknown[] = []
  for (let at = 1200; at <= 4800; at += 1200) results.push(judge(50, at))
  assert.deepEqual(results, [null, null, null, 50])
})

test('a reference of exactly one hour requires three ticks within 10 s', () => {
  for (const [last, accepted] of [
    [3600, null],
    [3600.001, 50],
  ] as const) {
    const { judge } = createGuard()
    assert.equal(judge(100, 0), 100)
    assert.deepEqual([judge(50, 1000), judge(50, 2000), judge(50, last)], [null, null, accepted])
  }
})

test('forgets coins that are no longer followed and keeps the others', () => {
  const { guard, judge } = createGuard()
  assert.equal(judge(100, 0), 100)
  guard.follow(['bitcoin', 'ethereum'])
  assert.equal(judge(300, 1), null)
  guard.follow(['ethereum'])
  guard.follow(['bitcoin'])
  assert.equal(judge(300, 1), 300)
})

type Step = { connection: 'a' | 'b'; price: number; gap: number; lag: number; change: boolean }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    connection: fc.constantFrom('a', 'b'),
    price: fc.oneof(fc.constantFrom(100, 105, 119, 121, 70, 68, 1000), fc.double({ min: -10, max: 300 })),
    gap: fc.integer({ min: 0, max: 6000 }),
    lag: fc.integer({ min: -6000, max: 3000 }),
    change: fc.boolean(),
  }),
  { maxLength: 60 },
)

test('delivers each source in time order, and a jump only with three ticks or two sources', () => {
  fc.assert(
    fc.property(steps, (sent) => {
      const clock = new FakeClock()
      const guard = new TickGuard(new SourceClock(clock))
      guard.follow(['bitcoin'])
      let active: 'a' | 'b' = 'a'
      const heard: Tick[] = []
      const delivered: Tick[] = []
      for (const { connection, price, gap, lag, change } of sent) {
        clock.advanceNow(gap)
        if (change && gap > 5000) {
          active = active === 'a' ? 'b' : 'a'
          guard.dropPending()
        }
        const tick = toTick(connection, 'bitcoin', price, clock.now(), clock.now() - lag)
        if (guard.refuse(connection, tick) !== null) continue
        heard.push(tick)
        const accepted = connection === active ? guard.accept(tick) : guard.observe(tick)
        if (accepted === null) continue
        assert.equal(accepted.source, active)
        const last = delivered.findLast((before) => before.source === accepted.source)
        if (last !== undefined) assert.ok((accepted.source_at ?? 0) >= (last.source_at ?? 0))
        const before = delivered.at(-1)
        if (before !== undefined && isFar(accepted.price_usd, before.price_usd))
          assert.ok(isRepeated(heard, accepted) || isConfirmed(heard, accepted, before), 'a jump without confirmation')
        delivered.push(accepted)
      }
    }),
    { numRuns: 2000 },
  )
})

const isFar = (price: number, reference: number) => Math.abs(price - reference) > 0.2 * reference

function isRepeated(heard: Tick[], tick: Tick): boolean {
  const own = heard.filter(({ source }) => source === tick.source)
  const three = own.filter(({ source_at }, index) => own[index + 1]?.source_at !== source_at).slice(-3)
  const prices = three.map(({ price_usd }) => price_usd)
  const span = (three.at(-1)?.received_at ?? 0) - (three[0]?.received_at ?? 0)
  return three.length === 3 && span <= 10_000 && !isFar(Math.max(...prices), Math.min(...prices))
}

const isConfirmed = (heard: Tick[], tick: Tick, before: Tick): boolean =>
  heard.some(
    ({ source, received_at, price_usd }) =>
      source !== tick.source && received_at >= before.received_at && !isFar(tick.price_usd, price_usd),
  )

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../test/fake-clock.ts'
import { SourceClock } from './source-clock.ts'

const second = 1000
const minute = 60_000
const truth = Date.UTC(2026, 2, 3, 12)

/** A machine whose clock is off by `offset`, and the correct time. */
function open(offset: number) {
  const local = new FakeClock(truth + offset)
  const clock = new SourceClock(local)
  let stepped = 0
  const right = () => local.now() - offset - stepped
  return {
    local,
    clock,
    right,
    step: (ms: number) => {
      local.step(ms)
      stepped += ms
    },
    /** Receives ticks with these delays in ms. */
    hear: (...delays: number[]) => {
      for (const delay of delays) clock.noteTick(right() - delay)
    },
    /** Receives a response with a correct `Date` header after `ms`. */
    answer: (ms = 200, { late = 0, headers = {} }: { late?: number; headers?: Record<string, string> } = {}) => {
      const note = clock.timeRequest()
      local.advanceNow(ms)
      note(new Headers({ date: new Date(right() - late).toUTCString(), ...headers }))
    },
    isRight: () => Math.abs(clock.now() - right()) <= 1200,
  }
}

test('reports the offset after five ticks or one HTTP response', () => {
  const { clock, hear, answer } = open(-8 * second)
  hear(0, 0, 0, 0)
  assert.deepEqual(clock.report(), { state: 'unknown', offset_ms: null, problem: null })
  hear(0)
  assert.deepEqual(clock.report(), {
    state: 'corrected',
    offset_ms: -8000,
    problem: "This machine's clock is 8 s behind. Live prices are corrected for it. Turn on NTP to set it.",
  })
  const other = open(-8 * second)
  other.answer()
  assert.match(other.clock.report().problem ?? '', /clock is 8 s behind/)
  assert.ok(other.isRight())
  answer()
  assert.equal(clock.report().offset_ms, -8000, 'ticks and the response agree')
})

for (const sign of [-1, 1])
  test(`accepts a clock up to 2 s ${sign < 0 ? 'behind' : 'ahead'}, corrects up to 5 min, and rejects prices beyond`, () => {
    for (const [offset, state, isCorrected] of [
      [2000, 'right', false],
      [2001, 'corrected', true],
      [5 * minute, 'corrected', true],
      [5 * minute + 1, 'refusing', true],
    ] as const) {
      const { clock, hear, right } = open(sign * offset)
      hear(0, 0, 0, 0, 0)
      assert.equal(clock.report().state, state)
      assert.equal(clock.isRefusing, state === 'refusing')
      assert.equal(clock.now() === right(), isCorrected)
      assert.equal(clock.report().problem === null, !isCorrected)
    }
  })

test('reports the offset in a suitable unit', () => {
  for (const [offset, words] of [
    [119 * second, '119 s ahead'],
    [-120 * second, '2 min behind'],
    [119 * minute, '119 min ahead'],
    [-2 * 60 * minute, '2 h behind'],
    [3 * 24 * 60 * minute, '3 days ahead'],
  ] as const) {
    const { clock, hear } = open(offset)
    hear(0, 0, 0, 0, 0)
    assert.ok(clock.report().problem?.startsWith(`This machine's clock is ${words}. `), words)
  }
  const { clock, hear } = open(6 * minute)
  hear(0, 0, 0, 0, 0)
  assert.match(clock.report().problem ?? '', /rejected until it is correct\. Turn on NTP/)
})

test('ignores old ticks and a few with a wrong time if most fresh ticks agree', () => {
  const { clock, hear } = open(-8 * second)
  hear(40 * minute, 7 * second, 90 * second, 300, 250)
  assert.equal(clock.report().state, 'unknown', 'the ticks do not agree')
  hear(200, 280, 150, 90, 400, -60 * second, 250)
  assert.ok(Math.abs((clock.report().offset_ms ?? 0) + 8000) <= 500, 'includes the delay of the fastest tick')
  const right = open(0)
  right.hear(100, -6000, 100, 100, -6000, 100, 100)
  assert.equal(right.clock.report().state, 'right')
})

test('late ticks do not make a correct clock look ahead after an HTTP response', () => {
  const { clock, hear, answer, isRight } = open(0)
  hear(20_000, 20_000, 20_000, 20_000, 20_000)
  assert.equal(clock.report().state, 'corrected')
  answer()
  assert.deepEqual([clock.report().state, isRight()], ['right', true])
})

test('a source clock that is ahead does not make the local one look behind after an HTTP response', () => {
  const { clock, hear, answer } = open(0)
  answer()
  hear(-8000, -8000, -8000, -8000, -8000)
  assert.equal(clock.report().state, 'right')
})

test('adds the Age header of a cached response, and trusts fresh ticks over a response without one', () => {
  const { clock, answer } = open(0)
  answer(200, { late: 50_000, headers: { age: '50' } })
  assert.equal(clock.report().state, 'right')
  const other = open(0)
  other.answer(200, { late: 50_000 })
  assert.equal(other.clock.report().state, 'corrected')
  other.hear(0, 0, 0, 0, 0)
  assert.equal(other.clock.report().state, 'right')
})

test('ignores a response without a valid Date header', () => {
  const { clock } = open(0)
  clock.timeRequest()(new Headers())
  clock.timeRequest()(new Headers({ date: 'yesterday' }))
  assert.equal(clock.report().state, 'unknown')
})

test('setting the local clock back does not change the corrected time', () => {
  for (const [offset, step] of [
    [30 * second, -30 * second],
    [10 * minute, -10 * minute],
    [0, -60 * minute],
  ] as const) {
    const { clock, hear, step: set, right, local } = open(offset)
    hear(0, 0, 0, 0, 0)
    local.advanceNow(5000)
    const before = clock.now()
    set(step)
    assert.equal(clock.now(), before)
    assert.equal(clock.now(), right())
    assert.equal(clock.report().offset_ms, offset + step)
  }
})

test('measures again after a jump ahead, and follows a step back that comes before the first measurement', () => {
  const { clock, hear, step, right, local } = open(-8 * second)
  hear(0, 0, 0, 0, 0)
  step(8 * second)
  assert.deepEqual([clock.report().state, clock.now()], ['unknown', right()])
  hear(0, 0, 0, 0, 0)
  assert.equal(clock.report().offset_ms, 0)
  const unmeasured = open(60 * second)
  unmeasured.clock.now()
  unmeasured.step(-60 * second)
  assert.equal(unmeasured.clock.now(), unmeasured.right())
  local.step(999)
  assert.equal(clock.report().state, 'right', 'a jump of less than a second is not a step')
  local.step(1000)
  assert.equal(clock.report().state, 'unknown')
})

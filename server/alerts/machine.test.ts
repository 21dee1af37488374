import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Condition } from '../../contract/alert-conditions.ts'
import type { Repeat } from '../../contract/alerts.ts'
import { minuteMs } from '../../contract/time.ts'
import { nextAbove, nextBelow } from './levels.ts'
import { type Evaluated, findWakeTime, step, toAlertState } from './machine.ts'

const rearm = (margin: number): Repeat => ({ type: 'rearm', margin })
const start = Date.UTC(2026, 10, 29)

const create = (condition: Condition, given: Partial<Evaluated> = {}): Evaluated => ({
  condition,
  repeat: { type: 'once' },
  is_active: true,
  expires_at: null,
  snoozed_until: null,
  state: 'armed',
  side: null,
  baseline: null,
  ready_at: null,
  observed_at: null,
  ...given,
})

/** The instants (minutes from the start) at which values, one a minute, trigger an alert. */
function run(alert: Evaluated, values: readonly number[], from = start): number[] {
  let now = alert
  return values.flatMap((value, minute) => {
    const taken = step(now, { value, at: from + minute * minuteMs })
    if (taken === null) return []
    now = { ...now, ...taken.progress }
    return taken.isTrigger ? [minute] : []
  })
}

const isTrue = (condition: Condition, value: number, given: Partial<Evaluated> = {}): boolean =>
  run(create(condition, given), [value]).length === 1

/** Each condition with its threshold, and the side on which it is true, the threshold included. */
const thresholds: [Condition, number, 'above' | 'below', Partial<Evaluated>?][] = [
  [{ type: 'price', coin_id: 1, direction: 'above', price_usd: 0.1 }, 0.1, 'above'],
  [{ type: 'price', coin_id: 1, direction: 'below', price_usd: 1e-9 }, 1e-9, 'below'],
  [{ type: 'price', coin_id: 1, direction: 'crosses', price_usd: 100 }, 100, 'above', { side: 'below' }],
  [{ type: 'price', coin_id: 1, direction: 'crosses', price_usd: 100 }, nextBelow(100), 'below', { side: 'above' }],
  [{ type: 'change', coin_id: 1, direction: 'up', window: '1h', percent: 5 }, 5, 'above'],
  [{ type: 'change', coin_id: 1, direction: 'down', window: '5m', percent: 5 }, -5, 'below'],
  [{ type: 'change', coin_id: 1, direction: 'either', window: '30d', percent: 5 }, 5, 'above'],
  [{ type: 'volume', coin_id: 1, multiple: 3 }, 3, 'above'],
  [{ type: 'all_time_high', coin_id: 1 }, nextAbove(69_000), 'above', { baseline: 69_000 }],
  [{ type: 'all_time_low', coin_id: 1 }, nextBelow(0.02), 'below', { baseline: 0.02 }],
  [{ type: 'moving_average', coin_id: 1, days: 50, direction: 'above', percent: 10 }, 10, 'above'],
  [{ type: 'moving_average', coin_id: 1, days: 50, direction: 'below', percent: -10 }, -10, 'below'],
  [{ type: 'rsi', coin_id: 1, direction: 'above', level: 70 }, 70, 'above'],
  [{ type: 'rsi', coin_id: 1, direction: 'below', level: 30 }, 30, 'below'],
  [{ type: 'portfolio', portfolio_id: 1, figure: 'profit', direction: 'above', usd: 0 }, 0, 'above'],
  [{ type: 'portfolio', portfolio_id: 1, figure: 'value', direction: 'below', usd: 900 }, 900, 'below'],
  [{ type: 'job', job_id: null, problem: 'either' }, 1, 'above'],
  [{ type: 'incident', severity: 'major' }, 1, 'above'],
  [{ type: 'data_age', minutes: 30 }, 30, 'above'],
  [{ type: 'feed', source: null }, 1, 'above'],
]

for (const [condition, threshold, direction, given] of thresholds)
  test(`${condition.type} ${direction} ${threshold}: true at the threshold, false just before it`, () => {
    const outside = direction === 'above' ? nextBelow(threshold) : nextAbove(threshold)
    const inside = direction === 'above' ? nextAbove(threshold) : nextBelow(threshold)
    assert.deepEqual(
      [outside, threshold, inside].map((value) => isTrue(condition, value, given)),
      [false, true, true],
    )
  })

const above: Condition = { type: 'price', coin_id: 1, direction: 'above', price_usd: 100 }
const below: Condition = { type: 'price', coin_id: 1, direction: 'below', price_usd: 100 }
const crosses: Condition = { type: 'price', coin_id: 1, direction: 'crosses', price_usd: 100 }

test('once: triggers once', () => {
  assert.deepEqual(run(create(above), [99, 100, 90, 110]), [1])
})

test('cool-down: triggers again after it, while the condition is true', () => {
  const alert = create(above, { repeat: { type: 'cool_down', minutes: 3 } })
  assert.deepEqual(run(alert, [100, 101, 102, 103, 99, 99, 99, 100]), [0, 3, 7])
})

test('rearm: the condition must be false by the margin, on both sides of it', () => {
  assert.deepEqual(run(create(above, { repeat: rearm(2) }), [100, 98.01, 100, 98, 99.99, 100]), [0, 5])
  assert.deepEqual(run(create(below, { repeat: rearm(2) }), [100, 101.99, 100, 102, 100]), [0, 4])
  assert.deepEqual(run(create(above, { repeat: rearm(0) }), [100, 101, nextBelow(100), 100]), [0, 3])
  const rsi: Condition = { type: 'rsi', coin_id: 1, direction: 'above', level: 70 }
  assert.deepEqual(run(create(rsi, { repeat: rearm(5) }), [70, 65.1, 70, 65, 70]), [0, 4], 'points')
  const job: Condition = { type: 'job', job_id: null, problem: 'late' }
  assert.deepEqual(run(create(job, { repeat: rearm(50) }), [1, 2, 0, 1]), [0, 3], 'true or false has no margin')
})

test('crosses: learns its side, then triggers on each change of side', () => {
  const daily = { repeat: rearm(0) }
  assert.deepEqual(run(create(crosses, daily), [120, 101, 99, 98, 100, 99]), [2, 4, 5])
  assert.deepEqual(run(create(crosses, { ...daily, side: 'below' }), [120, 101]), [0])
  assert.deepEqual(run(create(crosses, { repeat: rearm(5), side: 'below' }), [100, 99, 101, 105, 100, 99]), [0, 5])
  const cooling: Partial<Evaluated> = { repeat: { type: 'cool_down', minutes: 3 }, side: 'below' }
  assert.deepEqual(run(create(crosses, cooling), [100, 99, 99, 99, 100]), [0, 4], 'not for a crossing in the cool-down')
})

test('an all-time high triggers again only above the last one', () => {
  const high: Condition = { type: 'all_time_high', coin_id: 1 }
  const cooling: Repeat = { type: 'cool_down', minutes: 1 }
  assert.deepEqual(run(create(high, { repeat: cooling }), [100, 100, 101, 90, 101, 102]), [2, 5])
  const alert = create(high, { repeat: rearm(10), baseline: 100, state: 'triggered' })
  assert.equal(step(alert, { value: 90.1, at: start, extreme: 120 }), null)
  assert.equal(step(alert, { value: 90, at: start, extreme: 120 })?.progress.baseline, 120)
  const woken = create(high, { baseline: 100 })
  assert.equal(step(woken, { value: 110, at: start, extreme: 120 }), null, 'a higher one was seen in a snooze')
  assert.equal(step(woken, { value: 120, at: start, extreme: 120 })?.isTrigger, true)
})

test('an observation that is not newer than the one of the last change does nothing', () => {
  const alert = create(above, { repeat: { type: 'cool_down', minutes: 1 }, observed_at: start })
  assert.equal(step(alert, { value: 200, at: start }), null)
  assert.equal(step(alert, { value: 200, at: start - 1 }), null)
  assert.equal(step(alert, { value: 200, at: start + 1 })?.isTrigger, true)
})

test('snooze, expiry and off hold on both sides of their instants', () => {
  const at = (given: Partial<Evaluated>, ms: number) => step(create(above, given), { value: 100, at: start + ms })
  assert.equal(at({ snoozed_until: start + 1 }, 0), null)
  assert.equal(at({ snoozed_until: start + 1 }, 1)?.isTrigger, true)
  assert.equal(at({ expires_at: start + 1 }, 0)?.isTrigger, true)
  assert.equal(at({ expires_at: start + 1 }, 1), null)
  assert.equal(at({ is_active: false }, 0), null)
  const armed = step(create(above, { snoozed_until: start + 9, state: 'triggered', repeat: rearm(1) }), {
    value: 98,
    at: start,
  })
  assert.deepEqual([armed?.isTrigger, armed?.progress.state], [false, 'armed'], 'a snoozed alert is still armed again')
})

test('names the state of an alert and when it wakes', () => {
  const cooling: Partial<Evaluated> = {
    state: 'triggered',
    repeat: { type: 'cool_down', minutes: 1 },
    ready_at: start + 5,
  }
  const named: [Partial<Evaluated>, string, number | null][] = [
    [{}, 'active', null],
    [{ snoozed_until: start + 1 }, 'snoozed', start + 1],
    [{ snoozed_until: start }, 'active', null],
    [cooling, 'cooling_down', start + 5],
    [{ ...cooling, ready_at: start }, 'active', null],
    [{ ...cooling, snoozed_until: start + 9 }, 'snoozed', start + 9],
    [{ state: 'triggered', repeat: rearm(1) }, 'rearming', null],
    [{ state: 'triggered' }, 'triggered', null],
    [{ expires_at: start }, 'expired', null],
    [{ is_active: false }, 'off', null],
  ]
  for (const [given, state, wakesAt] of named) {
    const alert = create(above, given)
    assert.deepEqual([toAlertState(alert, start), findWakeTime(alert, start)], [state, wakesAt], JSON.stringify(given))
  }
})

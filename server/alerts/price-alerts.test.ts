import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Repeat } from '../../contract/alerts.ts'
import { minuteMs } from '../../contract/time.ts'
import type { StoredAlert } from '../warehouse/alert-rows.ts'
import { step } from './machine.ts'
import { PriceAlerts } from './price-alerts.ts'
import { PriceIndex } from './price-index.ts'

const start = Date.UTC(2026, 10, 29)
const create = (id: number, given: Partial<StoredAlert> = {}): StoredAlert => ({
  id,
  user_id: 1,
  version: 1,
  coin_id: 1,
  condition: { type: 'price', coin_id: 1, direction: 'above', price_usd: 100 },
  repeat: { type: 'once' },
  note: null,
  channel_ids: [],
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

test('the index takes what a value reaches, at equality too, and nothing else', () => {
  const index = new PriceIndex()
  const none = { up: Number.POSITIVE_INFINITY, down: Number.NEGATIVE_INFINITY }
  for (let id = 1; id <= 9; id += 1) index.add(id, id % 2 === 0 ? { ...none, up: id } : { ...none, down: id })
  index.add(10, { up: 4, down: 1 })
  assert.deepEqual([...index.take(4.5)].sort(), [10, 2, 4, 5, 7, 9])
  assert.deepEqual(index.take(4.5), [])
  index.add(2, { ...none, up: 6 })
  index.remove(6)
  assert.deepEqual([...index.take(6)].sort(), [2])
  assert.deepEqual(index.take(3), [3])
  assert.equal(index.size, 2)
})

const price = fc.integer({ min: 90, max: 110 })
const repeat: fc.Arbitrary<Repeat> = fc.oneof(
  fc.constant<Repeat>({ type: 'once' }),
  fc.integer({ min: 1, max: 5 }).map((minutes): Repeat => ({ type: 'cool_down', minutes })),
  fc.integer({ min: 0, max: 5 }).map((margin): Repeat => ({ type: 'rearm', margin })),
)
const condition = fc.oneof(
  fc.record({ price_usd: price, direction: fc.constantFrom('above', 'below', 'crosses') }).map((one) => ({
    type: 'price' as const,
    coin_id: 1,
    direction: one.direction as 'above',
    price_usd: one.price_usd,
  })),
  fc.constantFrom({ type: 'all_time_high' as const, coin_id: 1 }, { type: 'all_time_low' as const, coin_id: 1 }),
)
const instant = fc.option(
  fc.integer({ min: 0, max: 40 }).map((minute) => start + minute * minuteMs),
  { nil: null },
)

test('looking only at the alerts that a price reaches gives the same steps as looking at all', () => {
  const given = fc.record({ condition, repeat, snoozed_until: instant, expires_at: instant })
  fc.assert(
    fc.property(fc.array(given, { maxLength: 12 }), fc.array(price, { maxLength: 40 }), (alerts, prices) => {
      const all = alerts.map((one, index) => create(index, one))
      const indexed = new PriceAlerts()
      for (const alert of all) indexed.add(alert, start)
      for (const [minute, value] of prices.entries()) {
        const at = start + minute * minuteMs
        const expected: string[] = []
        const [high, low] = [Math.max(...prices.slice(0, minute + 1)), Math.min(...prices.slice(0, minute + 1))]
        for (const [id, alert] of all.entries()) {
          const extreme = alert.condition.type === 'all_time_low' ? low : high
          const taken = step(alert, { value, at, extreme })
          if (taken === null) continue
          all[id] = { ...alert, ...taken.progress }
          expected.push(`${id} ${taken.isTrigger}`)
        }
        const found: string[] = []
        indexed.wake(at)
        for (const { alert, step: taken } of indexed.offer(1, value, at)) {
          found.push(`${alert.id} ${taken.isTrigger}`)
          indexed.add({ ...alert, ...taken.progress }, at)
        }
        assert.deepEqual(found.sort(), expected.sort(), `minute ${minute}`)
      }
    }),
  )
})

test('an alert that was read before its last step does not replace the newer one', () => {
  const alerts = new PriceAlerts()
  const waiting = create(1, { repeat: { type: 'rearm', margin: 1 }, state: 'triggered' })
  alerts.add(waiting, start)
  const [armed] = alerts.offer(1, 98, start + 1)
  assert.equal(armed?.step.progress.state, 'armed')
  assert.deepEqual(alerts.refresh(waiting, start), [], 'while its step is being stored')
  alerts.add({ ...waiting, ...armed?.step.progress, version: 2 }, start)
  alerts.refresh(waiting, start)
  assert.equal(alerts.offer(1, 100, start + 2)[0]?.step.isTrigger, true)
  alerts.refresh(
    { ...waiting, version: 9, condition: { type: 'price', coin_id: 1, direction: 'above', price_usd: 300 } },
    start,
  )
  assert.deepEqual(alerts.offer(1, 200, start + 3), [])
})

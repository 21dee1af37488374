import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../../../../contract/time.ts'
import { listIntervals, toInterval, toOpenings, toRange, toRangeKey } from './chart-range.ts'

const now = Date.parse('2026-11-25T10:07:00Z')
const state = (period: string, from: string | null = null, to: string | null = null) => ({ period, from, to })

test('each period has a comfortable interval, and older links keep their days', () => {
  const chosen = ['1', '7', '30', '90', '180', '365', 'all'].map((period) => {
    const range = toRange(state(period), now)
    return toInterval(null, range, now)
  })
  assert.deepEqual(chosen, ['5m', '1h', '4h', '1d', '1d', '1d', '1d'])
  const range = toRange(state('90'), now)
  const { first, from } = toOpenings(range, { interval: '1d', warmup: 20, now })
  assert.deepEqual([first, from], [Date.parse('2026-08-27'), Date.parse('2026-08-07')])
})

test('an interval of too many candles gives way to one that fits', () => {
  const range = toRange(state('7'), now)
  assert.deepEqual(listIntervals(range, now), ['5m', '15m', '1h', '4h', '1d'])
  assert.equal(toInterval('1m', range, now), '1h')
  assert.equal(toInterval('15m', range, now), '15m')
  assert.deepEqual(listIntervals(toRange(state('all'), now), now), ['1d', '1w'])
  const day = toRange(state('1'), now)
  const { from } = toOpenings(day, { interval: '1m', warmup: 100_000, now })
  assert.equal(from, now - 4999 * minuteMs, 'never more than the API returns')
})

test('chosen days replace the period, and nonsense does not', () => {
  const custom = state('90', '2026-11-01', '2026-11-02')
  assert.deepEqual(toRange(custom, now), { start: Date.parse('2026-11-01'), end: Date.parse('2026-11-03') })
  assert.equal(toRangeKey(custom), '2026-11-01-2026-11-02')
  assert.equal(toRange(state('90', '2026-11-01'), now).end, null)
  for (const [from, to] of [
    ['soon', null],
    ['2026-11-02', '2026-11-01'],
    ['2026-11-02', 'x'],
    ['2026-13-45', null],
  ] as const) {
    assert.equal(toRange(state('7', from, to), now).start, now - 7 * dayMs, `${from} ${to}`)
    assert.equal(toRangeKey(state('7', from, to)), '7')
  }
  assert.equal(toInterval(null, { start: now - hourMs, end: now }, now), '1m')
})

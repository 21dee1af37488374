import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ShownCurrency } from '../../contract/shown-currencies.ts'
import {
  formatAge,
  formatAmount,
  formatCompact,
  formatCompactUsd,
  formatDay,
  formatDuration,
  formatExact,
  formatExactPrice,
  formatFixed,
  formatFraction,
  formatMinute,
  formatMoment,
  formatPct,
  formatPoints,
  formatPrice,
  formatRatio,
  formatShare,
  formatSignedFraction,
  formatTime,
  formatUtc,
  toAxisDecimals,
  toDirection,
  toExactPct,
} from './format.ts'

test('prices from 0.00000001 to 100,000 read without an exponent and keep their digits', () => {
  const cases: [number | null, string][] = [
    [103461.237, '$103,461.24'],
    [64130, '$64,130.00'],
    [1, '$1.00'],
    [1.0002704, '$1.000270'],
    [0.999998, '$0.999998'],
    [0.00000412, '$0.000004120'],
    [0.195453, '$0.1955'],
    [0.00001432, '$0.00001432'],
    [0.00000001, '$0.00000001000'],
    [1.5e-9, '$0.000000001500'],
    [1e-9, '$0.000000001000'],
    [9.9994e-10, '$0.0₉9999'],
    [1.2345e-15, '$0.0₁₄1235'],
    [1e-18, '$0.0₁₇1000'],
    [999_999.99, '$999,999.99'],
    [1_234_567.89, '$1,234,568'],
    [999_999_999, '$999,999,999'],
    [1e12, '$1.00T'],
    [0, '$0.00'],
    [null, '–'],
    [Number.NaN, '–'],
  ]
  for (const [price, text] of cases) assert.equal(formatPrice(price), text)
})

test('amounts change their unit where they would round to a thousand', () => {
  const cases: [number | null, string][] = [
    [2.314e12, '$2.31T'],
    [999_999_999, '$1.00B'],
    [845_210_000, '$845.2M'],
    [1.28e12, '$1.28T'],
    [1.23e15, '$1.23Q'],
    [1e18, '$1,000.0Q'],
    [12, '$12.00'],
    [-5_300, '−$5.30K'],
    [null, '–'],
  ]
  for (const [amount, text] of cases) assert.equal(formatCompactUsd(amount), text)
})

test('an exact price has every digit and no exponent', () => {
  const cases: [number | null, string][] = [
    [0.0000041234567891, '$0.0000041234567891'],
    [1.5e-9, '$0.0000000015'],
    [73008.3273, '$73,008.3273'],
    [-2, '−$2'],
    [null, '–'],
  ]
  for (const [price, text] of cases) assert.equal(formatExactPrice(price), text)
})

test('an axis tells the prices of its chart apart', () => {
  const cases: [number, number, number][] = [
    [64_000, 98_000, 2],
    [0.9997, 1.0004, 6],
    [0.000004, 0.0000052, 9],
    [100, 100.001, 5],
    [5, 5, 2],
    [1.1e-15, 1.3e-15, 18],
    [1e-18, 1e-18, 21],
  ]
  for (const [low, high, decimals] of cases) assert.equal(toAxisDecimals(low, high), decimals, `${low} to ${high}`)
  assert.equal(formatFixed(71_404.3456, 2), '71,404.35')
  assert.equal(formatFixed(1.2345e-15, 18), '0.0₁₄1235')
  assert.equal(formatFixed(0, 18), '0')
  assert.equal(formatCompact(19_900_000), '19.90M')
})

test('a change carries its sign, and one that rounds to nothing has none', () => {
  assert.equal(formatPct(5.2), '+5.20%')
  assert.equal(formatPct(-0.314), '−0.31%')
  assert.deepEqual(
    [-0.001, -0.004, 0.004].map((pct) => formatPct(pct)),
    ['0.00%', '0.00%', '0.00%'],
  )
  assert.equal(formatPct(null), '–')
  const huge: [number, string, string | undefined][] = [
    [999.99, '+999.99%', undefined],
    [1000, '+1,000%', '+1,000%'],
    [-12_345.67, '−12,346%', '−12,345.67%'],
    [99_999, '+99,999%', '+99,999%'],
    [123_456, '+123K%', '+123,456%'],
    [999_999, '+1.00M%', '+999,999%'],
    [123_456_789, '+123M%', '+123,456,789%'],
    [1.7e300, '+1.70e300%', undefined],
  ]
  for (const [pct, text, exact] of huge) {
    assert.equal(formatPct(pct), text)
    if (pct < 1e20) assert.equal(toExactPct(pct), exact)
  }
  assert.equal(formatFraction(1_234_567.891), '123M%')
  assert.deepEqual([formatFraction(0.5731, 1), formatFraction(null)], ['57.3%', '–'])
  assert.deepEqual([formatSignedFraction(-0.5731, 1), formatSignedFraction(0)], ['−57.3%', '0.00%'])
  assert.deepEqual([0.873, -1.2, -0.001, null].map(formatRatio), ['+0.87', '−1.20', '0.00', '–'])
  assert.equal(formatPoints(0.18), '+0.18 pp')
  assert.deepEqual([0.004, 0.006, -0.006, null].map(toDirection), ['flat', 'up', 'down', 'unknown'])
})

test('a share has two decimals, and one that rounds to nothing has no sign', () => {
  const cases = [
    [55.739, '55.74%'],
    [1234.5, '1,234.50%'],
    [-1.5, '−1.50%'],
    [-0.004, '0.00%'],
    [-0.006, '−0.01%'],
    [null, '–'],
  ] as const
  for (const [share, expected] of cases) assert.equal(formatShare(share), expected)
})

test('ages and times name their unit', () => {
  assert.deepEqual([400, 18_000, 200_000, 7_300_000, 4e8].map(formatAge), ['0.4 s', '18 s', '3 min', '2 h', '4 d'])
  assert.equal(formatTime('2026-01-31T09:50:00Z'), '09:50:00 UTC')
  assert.equal(formatDay('2026-11-24T23:59:59.999Z'), '24 Nov 2026')
  assert.equal(formatMinute(Date.UTC(2026, 0, 3, 4, 5)), '3 Jan 2026 04:05')
})

test('an instant is written in UTC, whatever the zone of the machine', () => {
  const at = '2026-03-29T00:59:59.400Z'
  assert.deepEqual(
    [formatMoment(at), formatMoment(at, 'time'), formatMoment(at, 'second')],
    ['29 Mar 00:59', '00:59', '29 Mar 00:59:59'],
  )
  assert.equal(formatMoment('2026-01-01T00:00:00Z'), '1 Jan 00:00')
  assert.equal(formatUtc(at), '2026-03-29 00:59:59 UTC')
})

test('a duration uses the largest fitting unit and never 60 of one', () => {
  const expected: [number, string][] = [
    [-1, '0 ms'],
    [0.0404, '40 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3599.6, '1 h 00 min'],
    [4325, '1 h 12 min'],
  ]
  for (const [seconds, text] of expected) assert.equal(formatDuration(seconds), text)
})

test('any number keeps its digits: what is shown reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (value) => {
      const shown = formatExact(value)
      assert.doesNotMatch(shown, /e/)
      assert.equal(Number(shown.replaceAll(',', '')), value)
    }),
  )
  assert.equal(formatExact(1234567), '1,234,567')
  assert.equal(formatExact(1e21), '1,000,000,000,000,000,000,000')
  assert.equal(formatExact(-0.5), '−0.5')
  assert.equal(formatExact(null), '–')
})

test('prices have the symbol and the decimals of their currency', () => {
  const cases: [number, ShownCurrency, string][] = [
    [55_123.4, 'eur', '€55,123.40'],
    [0.00001432, 'gbp', '£0.00001432'],
    [9_876_543.21, 'jpy', '¥9,876,543'],
    [99.5, 'jpy', '¥99.50'],
    [1, 'btc', '₿1.0000'],
    [0.0154321098, 'btc', '₿0.0154321'],
    [0.00000123456, 'btc', '₿0.00000123'],
    [1.2346e-10, 'btc', '₿0.0₉1235'],
    [21.25, 'eth', 'Ξ21.2500'],
    [-5e12, 'eur', '−€5.00T'],
  ]
  for (const [price, currency, text] of cases) assert.equal(formatPrice(price, currency), text)
  assert.equal(formatAmount(1.234e12, 'btc'), '₿1.23T')
  assert.equal(formatExactPrice(0.000001, 'eth'), 'Ξ0.000001')
})

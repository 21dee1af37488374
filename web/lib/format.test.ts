import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAge, formatCompactUsd, formatPct, formatPoints, formatPrice, formatTime, toDirection } from './format.ts'

test('prices from 0.00000001 to 100,000 read without an exponent and keep their digits', () => {
  const cases: [number | null, string][] = [
    [103461.237, '$103,461.24'],
    [1, '$1.00'],
    [0.195453, '$0.1955'],
    [0.00001432, '$0.00001432'],
    [0.00000001, '$0.00000001000'],
    [1.5e-9, '$0.000000001500'],
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
    [12, '$12.00'],
    [-5_300, '−$5.30K'],
    [null, '–'],
  ]
  for (const [amount, text] of cases) assert.equal(formatCompactUsd(amount), text)
})

test('a change carries its sign, and one that rounds to nothing has none', () => {
  assert.equal(formatPct(5.2), '+5.20 %')
  assert.equal(formatPct(-0.314), '−0.31 %')
  assert.equal(formatPct(-0.001), '0.00 %')
  assert.equal(formatPct(null), '–')
  assert.equal(formatPoints(0.18), '+0.18 pp')
  assert.deepEqual([0.004, 0.006, -0.006, null].map(toDirection), ['flat', 'up', 'down', 'unknown'])
})

test('ages and times name their unit', () => {
  assert.deepEqual([400, 18_000, 200_000, 7_300_000, 4e8].map(formatAge), ['0.4 s', '18 s', '3 min', '2 h', '4 d'])
  assert.equal(formatTime('2026-01-31T09:50:00Z'), '09:50:00 UTC')
})

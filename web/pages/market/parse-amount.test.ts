import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAmount, parseAmount } from './parse-amount.ts'

test('reads amounts with units, and writes them so that they read back', () => {
  const cases = [
    ['', null],
    ['10M', 10_000_000],
    [' 1.5b ', 1_500_000_000],
    ['$1,000', 1000],
    ['−5%', -5],
    ['2t', 2_000_000_000_000],
    ['ten', undefined],
    ['1.2.3', undefined],
    ['1e400', undefined],
    ['9999999t', undefined],
  ] as const
  for (const [text, amount] of cases) assert.equal(parseAmount(text), amount, text)
  for (const amount of [0, 1, -5, 0.25, 999, 1500, 12_345_678, 1e9, 1.5e12])
    assert.equal(parseAmount(formatAmount(amount)), amount)
  assert.equal(formatAmount(1.5e9), '1.5B')
})

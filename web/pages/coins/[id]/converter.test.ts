import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAmount, toInputText } from './converter.ts'

test('parses what people type, and writes what they can type', () => {
  const cases: [string, number | null][] = [
    ['1', 1],
    [' 1,234.50 ', 1234.5],
    ['.5', 0.5],
    ['2.', 2],
    ['1,234,567', 1_234_567],
    ['', null],
    ['1.2.3', null],
    ['-1', null],
    ['1,5', null],
    ['1e3', null],
  ]
  for (const [text, amount] of cases) assert.equal(parseAmount(text), amount, text)
  const texts: [number | null, string][] = [
    [64_130.123456, '64,130.1235'],
    [0.0000155123456789, '0.000015512346'],
    [123_456_789.129, '123,456,789.13'],
    [Number.POSITIVE_INFINITY, ''],
    [null, ''],
  ]
  for (const [amount, text] of texts) assert.equal(toInputText(amount), text)
  for (const [, text] of texts.slice(0, 3)) assert.notEqual(parseAmount(text), null)
})

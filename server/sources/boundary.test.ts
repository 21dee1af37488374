import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../contract/time.ts'
import { extremeRange, percentRange, priceRange, supplyRange, valueRange } from '../ranges.ts'
import { checkId, checkInstant, checkNumber, checkRank, checkText, checkUrl, isInstant, toPrice } from './boundary.ts'

const now = Date.parse('2026-11-24T12:00:00Z')

test('accepts a number at both limits of its range, and rejects one just outside with the broken rule', () => {
  const inside: [number, typeof priceRange][] = [
    [1e-18, priceRange],
    [1e12, priceRange],
    [0, extremeRange],
    [1e-18, valueRange],
    [1e18, valueRange],
    [0, valueRange],
    [1e30, supplyRange],
    [0, percentRange],
    [-100, percentRange],
    [1e15, percentRange],
    [-1e-30, percentRange],
  ]
  for (const [value, range] of inside) assert.deepEqual(checkNumber(value, range), { value, broken: null }, `${value}`)
  const outside: [unknown, typeof priceRange, string][] = [
    [9.99e-19, priceRange, 'range'],
    [1.001e12, priceRange, 'range'],
    [0, priceRange, 'positive'],
    [-1, priceRange, 'positive'],
    [9.99e-19, extremeRange, 'range'],
    [-1e-18, extremeRange, 'not_negative'],
    [1.001e18, valueRange, 'range'],
    [-1, valueRange, 'not_negative'],
    [1.001e30, supplyRange, 'range'],
    [-100.001, percentRange, 'range'],
    [1.001e15, percentRange, 'range'],
    [9e-31, percentRange, 'range'],
    [Number.NaN, percentRange, 'finite'],
    [Number.POSITIVE_INFINITY, valueRange, 'finite'],
    ['12', valueRange, 'number'],
    [true, valueRange, 'number'],
    [[5], valueRange, 'number'],
  ]
  for (const [value, range, broken] of outside)
    assert.deepEqual(checkNumber(value, range), { value: null, broken }, `${value}`)
  for (const value of [null, undefined])
    assert.deepEqual(checkNumber(value, priceRange), { value: null, broken: null }, 'an absent value breaks no rule')
})

test('sums, ratios and differences of numbers in range neither overflow nor underflow', () => {
  const coins = 100_000
  assert.ok(Number.isFinite(coins * valueRange.max) && Number.isFinite(priceRange.max / priceRange.min))
  const then = valueRange.min / (1 + percentRange.max / 100)
  assert.ok(then > 0 && percentRange.min / 100 > 0)
  assert.ok(Number.isFinite(((coins * valueRange.max) / then) * 100))
})

test('accepts integers from 1 to the int maximum as ranks', () => {
  for (const value of [1, 2_147_483_647]) assert.deepEqual(checkRank(value), { value, broken: null })
  for (const value of [0, -1, 1.5, 2_147_483_648, '1', Number.NaN])
    assert.deepEqual(checkRank(value), { value: null, broken: 'positive_integer' }, String(value))
  for (const value of [null, undefined]) assert.deepEqual(checkRank(value), { value: null, broken: null })
})

test('removes control characters from text, and truncates it without splitting a character', () => {
  const read = (value: unknown, length = 10) => {
    const { value: text, broken } = checkText(value, length)
    return [text, broken]
  }
  assert.deepEqual(read('Plain ✓ 🚀'), ['Plain ✓ 🚀', null])
  assert.deepEqual(read('  padded\n'), ['padded', null])
  assert.deepEqual(read('a\u0000b'), ['ab', 'text'])
  assert.deepEqual(read('a\u001bb\u0085'), ['ab', 'text'])
  assert.deepEqual(read('half \ude80'), ['half', 'text'])
  assert.deepEqual(read('\ud83d\u0000'), [null, 'present'])
  assert.deepEqual(read(' \u3000 '), [null, 'present'])
  assert.deepEqual(read('0123456789'), ['0123456789', null])
  assert.deepEqual(read('0123456789x'), ['0123456789', 'length'])
  assert.deepEqual(read('012345678🚀'), ['012345678', 'length'])
  assert.deepEqual(read(7), [null, 'text'])
  for (const value of [null, undefined]) assert.deepEqual(read(value), [null, null])
})

test('accepts an id unchanged or rejects it', () => {
  for (const value of ['bitcoin', '-3', '༼-つ-◕', 'x'.repeat(200)])
    assert.deepEqual(checkId(value), { value, broken: null })
  const broken: [unknown, string][] = [
    ['', 'present'],
    [' ', 'present'],
    [null, 'present'],
    [7, 'present'],
    ['bit\u0000coin', 'text'],
    ['bitcoin ', 'text'],
    ['\ud800', 'text'],
    ['x'.repeat(201), 'length'],
  ]
  for (const [value, rule] of broken) assert.deepEqual(checkId(value), { value: null, broken: rule }, String(value))
})

test('accepts times between 1970 and one day after now', () => {
  const read = (value: unknown) => {
    const { value: at, broken } = checkInstant(value, now)
    return broken ?? at
  }
  assert.equal(read('2021-11-10T14:24:11.849Z'), '2021-11-10T14:24:11.849Z')
  assert.equal(read('2026-11-24T14:00:00+02:00'), '2026-11-24T12:00:00.000Z')
  assert.equal(read('1970-01-01T00:00:00.000Z'), '1970-01-01T00:00:00.000Z')
  assert.equal(read('1969-12-31T23:59:59.999Z'), 'range')
  assert.equal(read('0000-01-01T00:00:00.000Z'), 'range')
  assert.equal(read('2026-11-25T12:00:00.000Z'), '2026-11-25T12:00:00.000Z')
  assert.equal(read('2026-11-25T12:00:00.001Z'), 'range')
  for (const value of ['', 'yesterday', '1', '2026-13-01', '2026-02-30T99:00:00Z', '+275760-09-13T00:00:00Z', 5, {}])
    assert.equal(read(value), 'instant', String(value))
  assert.equal(read('2021-11-10'), '2021-11-10T00:00:00.000Z')
  for (const value of [null, undefined]) assert.equal(read(value), null)
  assert.deepEqual(
    [0, -1, now + dayMs, now + dayMs + 1, Number.NaN, '0'].map((ms) => isInstant(ms, now)),
    [true, false, true, false, false, false],
  )
})

test('accepts HTTP URLs as images, and treats other text as absent', () => {
  const url = 'https://coin-images.coingecko.com/coins/images/1/large/x.png?1'
  assert.deepEqual(checkUrl(url), { value: url, broken: null })
  assert.deepEqual(checkUrl('http://x/y.png'), { value: 'http://x/y.png', broken: null })
  for (const value of ['missing_large.png', 'javascript:alert(1)', 'javascript:https://x/', 'http://[', null])
    assert.deepEqual(checkUrl(value), { value: null, broken: null }, String(value))
  assert.deepEqual(checkUrl('https://x/\u0000'), { value: null, broken: 'text' })
  assert.deepEqual(checkUrl(`https://x/${'x'.repeat(2048)}`), { value: null, broken: 'length' })
})

test('accepts a streamed price in range as a number or decimal text', () => {
  assert.deepEqual(
    ['1e-18', '1e12', '0.1', 7, '.5', '.25', '5.', '1.5E-3'].map(toPrice),
    [1e-18, 1e12, 0.1, 7, 0.5, 0.25, 5, 0.0015],
  )
  for (const value of ['1e-19', '1.1e12', '1e400', '0', '-1', '', 'NaN', '0x10', ' 1', null, undefined, [1], {}, 0, -1])
    assert.equal(toPrice(value), null, String(value))
})

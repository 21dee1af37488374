import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toRetryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-29T12:00:00Z')

test('reads seconds and HTTP dates, with spaces around them, and never a time before now', () => {
  const cases: [string | null | undefined, number | null][] = [
    ['7', 7000],
    [' 7 ', 7000],
    ['120', 120_000],
    ['0', 0],
    ['Sun, 29 Nov 2026 12:01:30 GMT', 90_000],
    ['Sun, 29 Nov 2026 11:00:00 GMT', 0],
    [null, null],
    [undefined, null],
    ['', null],
    ['  ', null],
    ['soon', null],
    ['7 s', null],
    ['in 7', null],
    ['-7', null],
    ['May 2027', null],
    ['some day GMT', null],
  ]
  for (const [header, ms] of cases) assert.equal(toRetryAfterMs(header, now), ms, `Retry-After: ${header}`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutText, toStorableJson, toStorableText } from './text.ts'

test('escapes characters that PostgreSQL cannot store and leaves other text unchanged', () => {
  assert.equal(toStorableText('a\u0000b\ud800c🚀'), 'a\\u0000b\\ud800c🚀')
  const value = { 'k\u0000': ['\ud83d', '\\u0000', '\\\u0000', '🚀', '\udfff'] }
  const stored = JSON.parse(toStorableJson(JSON.stringify(value)))
  assert.deepEqual(stored, { 'k\\u0000': ['\\ud83d', '\\u0000', '\\\\u0000', '🚀', '\\udfff'] })
})

test('never cuts a character in half', () => {
  assert.deepEqual([cutText('abc', 3), cutText('ab🚀', 3), cutText('ab🚀', 4)], ['abc', 'ab', 'ab🚀'])
})

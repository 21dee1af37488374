import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutText, toStorableJson, toStorableText } from './text.ts'

test('what PostgreSQL cannot hold is written out, and text that looks like it stays', () => {
  assert.equal(toStorableText('a\u0000b\ud800c🚀'), 'a\\u0000b\\ud800c🚀')
  const value = { 'k\u0000': ['\ud83d', '\\u0000', '\\\u0000', '🚀', '\udfff'] }
  const stored = JSON.parse(toStorableJson(JSON.stringify(value)))
  assert.deepEqual(stored, { 'k\\u0000': ['\\ud83d', '\\u0000', '\\\\u0000', '🚀', '\\udfff'] })
})

test('a cut never leaves half a character', () => {
  assert.deepEqual([cutText('abc', 3), cutText('ab🚀', 3), cutText('ab🚀', 4)], ['abc', 'ab', 'ab🚀'])
})

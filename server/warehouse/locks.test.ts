import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locks } from './locks.ts'

test('each lock has a unique key', () => {
  const keys = Object.values(locks)
  assert.equal(new Set<number>(keys).size, keys.length)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReadable } from './origin.ts'

test('plain HTTP can be read by others, except on this very machine', () => {
  for (const url of [
    'http://192.168.1.5:3000',
    'http://market.example',
    'http://localhost.example',
    'http://[fe80::1]',
  ])
    assert.equal(isReadable(new URL(url)), true, url)
  for (const url of ['https://market.example', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
    assert.equal(isReadable(new URL(url)), false, url)
})

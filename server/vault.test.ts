import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Vault } from './vault.ts'

const [first, second] = ['kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe', 'Zt5B7nR2xYc5LmD8sFh1JgP4uAekV9wq']

test('opens what it sealed, also after another key was put first', () => {
  const sealed = new Vault([first]).seal('whsec_ä', 'channel 1')
  assert.doesNotMatch(sealed.toString('latin1'), /whsec/)
  assert.notDeepEqual(new Vault([first]).seal('whsec_ä', 'channel 1'), sealed)
  assert.equal(new Vault([first]).open(sealed, 'channel 1'), 'whsec_ä')
  assert.equal(new Vault([second, first]).open(sealed, 'channel 1'), 'whsec_ä')
})

test('opens nothing with another key or context, and nothing that was changed', () => {
  const vault = new Vault([first])
  const sealed = vault.seal('secret', 'channel 1')
  const flip = (index: number) => Buffer.from(sealed.map((byte, at) => (at === index ? byte ^ 1 : byte)))
  const attempts: [Vault, Buffer, string][] = [
    [new Vault([second]), sealed, 'channel 1'],
    [vault, sealed, 'channel 2'],
    [vault, sealed.subarray(0, 20), 'channel 1'],
    ...Array.from(sealed.keys(), (index): [Vault, Buffer, string] => [vault, flip(index), 'channel 1']),
  ]
  for (const [by, bytes, context] of attempts)
    assert.throws(() => by.open(bytes, context), /ENCRYPTION_KEYS/, bytes.toString('hex'))
})

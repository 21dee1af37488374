import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionLimiter, type StreamLimits } from './connection-limiter.ts'

const open = (limits: Partial<StreamLimits>) =>
  new ConnectionLimiter({ clients: 0, clientsPerAddress: 0, messageBytes: 1, messagesPerSecond: 1, ...limits })

test('accepts clients up to the limit and again after one leaves', () => {
  for (const limit of [1, 2, 5]) {
    const limiter = open({ clients: limit })
    const releases = Array.from({ length: limit }, (_, index) => {
      assert.ok(limiter.hasCapacity(`10.0.0.${index}`), `${index + 1} of ${limit}`)
      return limiter.acquire(`10.0.0.${index}`)
    })
    assert.equal(limiter.hasCapacity('10.0.0.99'), false)
    releases[0]?.()
    assert.equal(limiter.hasCapacity('10.0.0.99'), true)
    limiter.acquire('10.0.0.99')
    assert.equal(limiter.hasCapacity('10.0.0.0'), false)
  }
})

test('limits clients per address and in total', () => {
  const limiter = open({ clients: 5, clientsPerAddress: 3 })
  const releases = [1, 2, 3].map((count) => {
    assert.ok(limiter.hasCapacity('a'), `${count} of 3`)
    return limiter.acquire('a')
  })
  assert.deepEqual([limiter.hasCapacity('a'), limiter.hasCapacity('b')], [false, true])
  limiter.acquire('b')
  assert.equal(limiter.hasCapacity('b'), true)
  limiter.acquire('b')
  releases[2]?.()
  assert.deepEqual([limiter.hasCapacity('a'), limiter.hasCapacity('b')], [true, true], 'four clients')
  limiter.acquire('c')
  assert.deepEqual([limiter.hasCapacity('a'), limiter.hasCapacity('b')], [false, false], 'five of five clients')
})

test('treats 0 as no limit', () => {
  const limiter = open({})
  for (let count = 0; count < 1000; count += 1) limiter.acquire('a')
  assert.equal(limiter.hasCapacity('a'), true)
})

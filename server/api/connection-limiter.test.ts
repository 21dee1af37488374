import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Occupancy, type StreamLimits } from './occupancy.ts'

const open = (limits: Partial<StreamLimits>) =>
  new Occupancy({ clients: 0, clientsPerAddress: 0, messageBytes: 1, messagesPerSecond: 1, ...limits })

test('the last client within the limit gets in, the next one does not, and a place that is free is given again', () => {
  for (const limit of [1, 2, 5]) {
    const occupancy = open({ clients: limit })
    const exits = Array.from({ length: limit }, (_, index) => {
      assert.ok(occupancy.hasRoom(`10.0.0.${index}`), `${index + 1} of ${limit}`)
      return occupancy.enter(`10.0.0.${index}`)
    })
    assert.equal(occupancy.hasRoom('10.0.0.99'), false)
    exits[0]?.()
    assert.equal(occupancy.hasRoom('10.0.0.99'), true)
    occupancy.enter('10.0.0.99')
    assert.equal(occupancy.hasRoom('10.0.0.0'), false)
  }
})

test('each address has a limit of its own, beside that of all', () => {
  const occupancy = open({ clients: 5, clientsPerAddress: 3 })
  const exits = [1, 2, 3].map((count) => {
    assert.ok(occupancy.hasRoom('a'), `${count} of 3`)
    return occupancy.enter('a')
  })
  assert.deepEqual([occupancy.hasRoom('a'), occupancy.hasRoom('b')], [false, true])
  occupancy.enter('b')
  assert.equal(occupancy.hasRoom('b'), true)
  occupancy.enter('b')
  exits[2]?.()
  assert.deepEqual([occupancy.hasRoom('a'), occupancy.hasRoom('b')], [true, true], 'four are there')
  occupancy.enter('c')
  assert.deepEqual([occupancy.hasRoom('a'), occupancy.hasRoom('b')], [false, false], 'all five places are taken')
})

test('0 is no limit', () => {
  const occupancy = open({})
  for (let count = 0; count < 1000; count += 1) occupancy.enter('a')
  assert.equal(occupancy.hasRoom('a'), true)
})

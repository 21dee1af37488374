import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LiveSigns, toLiveState } from './live-state.ts'

const good: LiveSigns = {
  open: true,
  source: 'coincap',
  stale: false,
  simulated: false,
  priceAge: 400,
  snapshotAge: 300_000,
}
const word = (signs: Partial<LiveSigns>) => toLiveState({ ...good, ...signs }).word

test('the age of the last price decides: 10 s, 120 s', () => {
  const ages = [0, 9_999, 10_000, 119_999, 120_000, 9e9]
  assert.deepEqual(
    ages.map((priceAge) => word({ priceAge })),
    ['Live', 'Live', 'Delayed', 'Delayed', 'Offline', 'Offline'],
  )
})

test('a server that calls its feed stale is believed, whatever the clock says', () => {
  for (const simulated of [false, true])
    for (const priceAge of [0, 400, 9_999, 60_000, 200_000])
      assert.ok(['Delayed', 'Offline'].includes(word({ stale: true, simulated, priceAge })), `${priceAge}`)
})

test('a simulated market says so only while its prices are fresh', () => {
  const ages = [400, 10_000, 120_000]
  assert.deepEqual(
    ages.map((priceAge) => word({ simulated: true, priceAge })),
    ['Simulated', 'Delayed', 'Offline'],
  )
})

test('a lost connection is never live, and is offline once the last price is old', () => {
  assert.deepEqual([word({ open: false }), word({ open: false, priceAge: 120_000 })], ['Delayed', 'Offline'])
  assert.equal(word({ open: false, priceAge: null, snapshotAge: null }), 'Offline')
})

test('without a feed the prices are as old as the last snapshot, and never live', () => {
  const none = { source: null, stale: true, priceAge: null }
  const ages = [400, 119_999, 120_000, 500_000]
  assert.deepEqual(
    ages.map((snapshotAge) => word({ ...none, snapshotAge })),
    ['Delayed', 'Delayed', 'Offline', 'Offline'],
  )
  assert.equal(toLiveState({ ...good, ...none }).age, 300_000)
})

test('the age shown is that of the last price', () => {
  for (const priceAge of [400, 18_000, 200_000]) assert.equal(toLiveState({ ...good, priceAge }).age, priceAge)
  assert.equal(toLiveState({ ...good, source: null, priceAge: 400_000 }).age, 300_000)
})

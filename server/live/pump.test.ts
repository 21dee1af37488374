import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quietLog } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import type { PriceSource } from '../sources/source.ts'
import { Hub } from './hub.ts'
import { startPump } from './pump.ts'

const pricesOf = (hub: Hub): Record<string, number> => {
  let found = {}
  const seat = hub.add({
    onFrame: (frame) => {
      const parsed = JSON.parse(String(frame))
      if (parsed.snapshot) found = parsed.prices
    },
  })
  seat.leave()
  return found
}

test('the pump waits for tracked coins, connects again after a failure, and stops', async () => {
  const asked: string[][] = []
  let tracked: Record<string, number> = {}
  const source: PriceSource = {
    id: 'test',
    async *streamPrices(ids, signal) {
      asked.push([...ids])
      if (asked.length === 1) throw new SourceError('test', 'unreachable', 'down')
      yield { source: 'test', received_at: Date.now(), prices: { bitcoin: 7 } }
      await systemClock.sleep(60_000, signal)
    },
  }
  const hub = new Hub(systemClock)
  const pump = startPump({ hub, clock: systemClock, log: quietLog, source, listPrices: async () => tracked })
  assert.deepEqual(asked, [])
  tracked = { bitcoin: 5, ethereum: 2 }
  await waitFor(() => pricesOf(hub).bitcoin === 7)
  assert.deepEqual(asked, [
    ['bitcoin', 'ethereum'],
    ['bitcoin', 'ethereum'],
  ])
  assert.equal(pricesOf(hub).ethereum, 2)
  await pump.stop()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompactReader } from '../../contract/compact-prices.ts'
import { encodePrices, PriceEncoder } from './encoding.ts'

const ids = ['bitcoin', 'a"b', '1inch', '0']

test('reads what the server writes: ids once, then numbers, in snapshots and updates', () => {
  const encoder = new PriceEncoder()
  const reader = new CompactReader()
  const read = (head: { snapshot?: true; seq: number; ts: number }, parts: string[]) =>
    reader.read(JSON.parse(String(encodePrices('compact', { type: 'price_update', ...head }, parts))))
  const named = ids.map((id, index) => encoder.encode(id, index + 0.5).named)
  const prices = { bitcoin: 0.5, 'a"b': 1.5, '1inch': 2.5, 0: 3.5 }
  assert.deepEqual(read({ snapshot: true, seq: 1, ts: 2 }, named), {
    type: 'price_update',
    snapshot: true,
    seq: 1,
    ts: 2,
    prices,
  })
  const later = [
    encoder.encode('0', 1e-12).compact,
    encoder.encode('new', 7).named,
    encoder.encode('bitcoin', 9).compact,
  ]
  const update = { type: 'price_update', seq: 3, ts: 4, prices: { 0: 1e-12, new: 7, bitcoin: 9 } }
  assert.deepEqual(read({ seq: 3, ts: 4 }, later), update)
  assert.deepEqual(read({ seq: 5, ts: 6 }, [encoder.encode('new', 8).compact]), {
    type: 'price_update',
    seq: 5,
    ts: 6,
    prices: { new: 8 },
  })
})

test('ignores a number without an id, and passes other messages on', () => {
  const reader = new CompactReader()
  assert.deepEqual(reader.read([1, 2, 5, 10]), { type: 'price_update', seq: 1, ts: 2, prices: {} })
  const status = { type: 'status', source: null, stale: true, price_age_ms: null } as const
  assert.equal(reader.read(status), status)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TickBatch } from './source.ts'
import { createTickQueue } from './tick-queue.ts'

const toBatch = (prices: Record<string, number>): TickBatch => ({
  ticks: Object.entries(prices).map(([coingecko_id, price_usd]) => ({
    coingecko_id,
    price_usd,
    source_at: null,
    received_at: price_usd,
    source: 'test',
  })),
  garbage: 1,
  withheld: 2,
})
const toPairs = ({ ticks }: TickBatch) => ticks.map(({ coingecko_id, price_usd }) => [coingecko_id, price_usd])

async function readAll(queue: ReturnType<typeof createTickQueue>, signal: AbortSignal): Promise<TickBatch[]> {
  const found: TickBatch[] = []
  for await (const batch of queue.read(signal)) found.push(batch)
  return found
}

test('reads queued batches in order before it throws the failure', async () => {
  const queue = createTickQueue(3)
  for (const price of [1, 2, 3]) queue.push(toBatch({ a: price }))
  queue.fail(new Error('first'))
  queue.fail(new Error('second'))
  const found: unknown[] = []
  await assert.rejects(async () => {
    for await (const batch of queue.read(new AbortController().signal)) found.push(...toPairs(batch))
  }, /first/)
  assert.deepEqual(found, [
    ['a', 1],
    ['a', 2],
    ['a', 3],
  ])
})

test('merges a full queue into one batch with the newest tick of each coin and all counts', async () => {
  const queue = createTickQueue(2)
  queue.push(toBatch({ a: 1, b: 1 }))
  queue.push(toBatch({ c: 2 }))
  queue.push(toBatch({ a: 3 }))
  queue.fail(new Error('over'))
  const found: TickBatch[] = []
  await assert.rejects(async () => {
    for await (const batch of queue.read(new AbortController().signal)) found.push(batch)
  })
  assert.equal(found.length, 1)
  assert.deepEqual(found.map(toPairs), [
    [
      ['b', 1],
      ['c', 2],
      ['a', 3],
    ],
  ])
  assert.deepEqual(
    found.map(({ garbage, withheld }) => [garbage, withheld]),
    [[3, 6]],
  )
})

test('an abort ends a waiting read', async () => {
  const stop = new AbortController()
  const reading = readAll(createTickQueue(1), stop.signal)
  stop.abort()
  assert.deepEqual(await reading, [])
})

test('a merge keeps the newest source time, and the last of equal ones', async () => {
  const queue = createTickQueue(1)
  const push = (price_usd: number, source_at: number) =>
    queue.push({
      ticks: [{ coingecko_id: 'a', price_usd, source_at, received_at: 50, source: 'test' }],
      garbage: 0,
      withheld: 0,
    })
  push(1, 10)
  push(2, 20)
  push(3, 20)
  push(4, 19)
  queue.fail(new Error('over'))
  const found: unknown[] = []
  await assert.rejects(async () => {
    for await (const batch of queue.read(new AbortController().signal)) found.push(...toPairs(batch))
  })
  assert.deepEqual(found, [['a', 3]])
})

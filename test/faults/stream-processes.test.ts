import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import WebSocket from 'ws'
import type { Prices, ServerFrame, StreamReport } from '../../contract/live.ts'
import type { Product } from '../product.ts'
import { noRedis, type Redis } from '../redis.ts'
import { trackedCoins as coins, openTopology } from '../topology.ts'
import { waitFor } from '../wait.ts'

const needsRedis = { skip: noRedis, timeout: 240_000 }
const takeoverMs = 15_000
const recoveryMs = 3000

/** A client that records every frame and the resulting prices. */
async function read(t: TestContext, { url }: Product) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws/prices`)
  t.after(() => socket.terminate())
  const frames: ServerFrame[] = []
  const state = { closed: false, prices: {} as Prices, updates: 0 }
  socket.on('message', (data) => {
    const frame: ServerFrame = JSON.parse(String(data))
    frames.push(frame)
    if (frame.type !== 'price_update') return
    state.prices = frame.snapshot ? frame.prices : { ...state.prices, ...frame.prices }
    state.updates += frame.snapshot ? 0 : 1
  })
  socket.on('close', () => {
    state.closed = true
  })
  socket.on('error', () => undefined)
  await waitFor(() => frames.length >= 2, 'the first frames')
  const hasFlow = async (patienceMs: number) => {
    const { updates } = state
    await waitFor(() => state.updates > updates + 1, 'fresh prices', patienceMs)
  }
  return { frames, state, hasFlow }
}

const leads = async ({ url }: Product): Promise<boolean> =>
  (await (await fetch(`${url}/metrics`)).text()).includes('\ncryptoflow_producer_leads 1')

const getStatus = async ({ url }: Product): Promise<StreamReport> =>
  (await (await fetch(`${url}/api/v1/ws/status`)).json()) as StreamReport

test(
  'two api processes serve one market, and another producer takes over within 15 s with a rising seq',
  needsRedis,
  async (t) => {
    const { start } = await openTopology(t)
    const lives = [await start('jobs,live'), await start('live')]
    const apis = [await start('api'), await start('api')] as [Product, Product]
    await waitFor(
      async () => (await getStatus(apis[1])).source === 'coincap' && !(await getStatus(apis[1])).stale,
      'prices',
    )
    const readers = [await read(t, apis[0]), await read(t, apis[1])] as const
    await waitFor(() => Object.keys(readers[0].state.prices).length === coins, 'every coin')
    const leading = await Promise.all(lives.map(leads))
    assert.deepEqual([...leading].sort(), [false, true], 'one of them produces')
    const [leader, heir] = leading[0] ? lives : [...lives].reverse()
    await leader?.stop('SIGKILL')
    await readers[0].hasFlow(takeoverMs)
    assert.equal(heir && (await leads(heir)), true)
    for (const { frames, state } of readers) {
      assert.equal(state.closed, false, 'the sockets stay')
      const seqs = frames.flatMap((frame) => (frame.type === 'price_update' ? [frame.seq] : []))
      assert.deepEqual(
        seqs,
        [...new Set(seqs)].sort((a, b) => a - b),
        'seq rises',
      )
    }
    const late = await read(t, apis[1])
    const [, snapshot] = late.frames
    assert.ok(snapshot?.type === 'price_update' && snapshot.snapshot)
    assert.equal(Object.keys(snapshot.prices).length, coins, 'complete at once')
    const same = await waitFor(() => {
      const at = readers[1].frames.findLastIndex((frame) => frame.type === 'price_update' && frame.seq <= snapshot.seq)
      const before = readers[1].frames.slice(0, at + 1)
      return Object.assign({}, ...before.map((frame) => (frame.type === 'price_update' ? frame.prices : {})))
    })
    assert.deepEqual(same, snapshot.prices, 'the frames add up to the snapshot')
  },
)

for (const [name, harm, heal] of [
  ['killed', (redis: Redis) => redis.kill(), (redis: Redis) => redis.restart()],
  ['paused', async (redis: Redis) => redis.pause(), async (redis: Redis) => redis.resume()],
] as const)
  test(`Redis ${name} for 10 s: keeps the sockets, reports stale, and recovers within 3 s`, needsRedis, async (t) => {
    const { start, redis } = await openTopology(t)
    await start('jobs,live')
    const api = await start('api')
    await waitFor(async () => !(await getStatus(api)).stale, 'prices')
    const { frames, state, hasFlow } = await read(t, api)
    await hasFlow(10_000)
    const before = frames.length
    await harm(redis)
    const harmedAt = Date.now()
    await waitFor(
      () => frames.slice(before).some((frame) => frame.type === 'status' && frame.stale),
      'a stale status',
      10_000,
    )
    assert.equal((await getStatus(api)).stale, true)
    await waitFor(() => Date.now() - harmedAt >= 10_000)
    await heal(redis)
    await hasFlow(recoveryMs)
    await waitFor(async () => !(await getStatus(api)).stale, 'a fresh status', recoveryMs)
    assert.equal(state.closed, false)
    assert.equal(Object.keys(state.prices).length, coins)
  })

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openRawReader } from '../raw-reader.ts'
import { waitFor } from '../wait.ts'

const script = fileURLToPath(new URL('./stream-child.ts', import.meta.url))
const path = '/api/v1/ws/prices'
const [good, stalled, slow] = [4300, 500, 200]
const atOnce = 100
const slowBytes = 1024
const patienceMs = 60_000

type Usage = { clients: number; rss: number; seq: number }

const ask = async (child: ChildProcess, question: 'usage' | 'publish' | 'stop'): Promise<Usage> => {
  child.send(question)
  return (await once(child, 'message'))[0]
}

async function openMany(count: number, open: () => Promise<Socket>): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, count - sockets.length) }, open))))
  return sockets
}

test('closes 500 stalled and 200 slow of 5,000 clients; the others miss no price, and memory is bounded', async (t) => {
  const child = fork(script, { execArgv: ['--expose-gc'] })
  t.after(() => child.kill('SIGKILL'))
  const [{ port }] = await once(child, 'message')
  const empty = await ask(child, 'usage')
  const seen = new Map<Socket, number[]>()
  const sockets = await openMany(good, () =>
    openRawReader(port, path, {
      onText: (payload, socket) => {
        const text = payload.toString('latin1', 0, 60)
        const seq = /^{"type":"price_update","seq":(\d+)/.exec(text)?.[1]
        if (seq !== undefined) seen.set(socket, [...(seen.get(socket) ?? []), Number(seq)])
      },
    }),
  )
  const bad = await openMany(stalled + slow, () =>
    openRawReader(port, path, { onText: () => undefined, chunkBytes: slowBytes }),
  )
  for (const socket of bad) socket.pause().removeAllListeners('data')
  const sipping = setInterval(() => {
    for (const socket of bad.slice(stalled)) socket.read(slowBytes)
  }, 1000)
  t.after(() => {
    clearInterval(sipping)
    for (const socket of [...sockets, ...bad]) socket.destroy()
  })
  assert.equal((await ask(child, 'usage')).clients, good + stalled + slow)
  const first = await ask(child, 'publish')
  let peak = 0
  await waitFor(
    async () => {
      const { clients, rss } = await ask(child, 'usage')
      peak = Math.max(peak, rss)
      return clients === good
    },
    'the end of those that do not read',
    patienceMs,
  )
  const { seq: last } = await ask(child, 'stop')
  await waitFor(() => sockets.every((socket) => seen.get(socket)?.at(-1) === last), 'the last price everywhere')
  const expected = Array.from({ length: last - first.seq }, (_, index) => first.seq + index + 1)
  assert.ok(expected.length > 20, `${expected.length} frames`)
  for (const socket of sockets) assert.deepEqual(seen.get(socket)?.slice(-expected.length), expected)
  const perReader = (peak - empty.rss) / (good + stalled + slow)
  assert.ok(perReader < 100_000, `${perReader} bytes a reader at the peak`)
  for (const socket of sockets) socket.destroy()
  await waitFor(async () => (await ask(child, 'usage')).clients === 0, 'an empty stream')
  const left = (await ask(child, 'usage')).rss - empty.rss
  assert.ok(left < 150_000_000, `${left} bytes are kept after all have left`)
})

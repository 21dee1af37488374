import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compactHeaders, openRawReader, toClientFrame } from '../test/raw-reader.ts'
import { type Bench, median } from './measure.ts'

const script = fileURLToPath(new URL('./fanout-server.ts', import.meta.url))
const paths = {
  ours: '/api/v1/ws/prices',
  compact: '/api/v1/ws/prices',
  plain: '/',
  socketio: '/socket.io/?EIO=4&transport=websocket',
} as const
type Kind = keyof typeof paths
const kinds: Kind[] = ['ours', 'compact', 'plain', 'socketio']
const settleMs = 1000
const measureMs = 4000
const repeats = 3
const atOnce = 200
const minFrameBytes = 150

type Served = { rounds: number; cpu_ms: number; wall_ms: number }
type Result = { per_core_second: number; cpu_us: number; kb_per_client: number; bytes: number }

const ask = async <T>(child: ChildProcess, question: { saturateMs?: number }): Promise<T> => {
  child.send(question)
  return (await once(child, 'message'))[0]
}

/** Opens clients that count price messages and answer socket.io's handshake. */
async function openReaders(
  port: number,
  kind: Kind,
  { clients, onFrame }: { clients: number; onFrame: (bytes: number) => void },
) {
  const sockets: Socket[] = []
  const onText = (payload: Buffer, socket: Socket) => {
    if (payload.length > minFrameBytes) onFrame(payload.length)
    else if (payload[0] === 0x30) socket.write(toClientFrame(1, Buffer.from('40')))
    else if (payload[0] === 0x32) socket.write(toClientFrame(1, Buffer.from('3')))
  }
  while (sockets.length < clients)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(atOnce, clients - sockets.length) }, () =>
          openRawReader(port, paths[kind], { onText, headers: kind === 'compact' ? compactHeaders : '' }),
        ),
      )),
    )
  return sockets
}

/** Messages that a server at full load delivers to `clients` per second of CPU. */
async function measure(kind: Kind, clients: number): Promise<Result> {
  const child = fork(script, [kind], { execArgv: ['--expose-gc'] })
  try {
    const [{ port }] = await once(child, 'message')
    const { rss: empty } = await ask<{ rss: number }>(child, {})
    let [frames, bytes] = [0, 0]
    const onFrame = (length: number) => {
      frames += 1
      bytes += length
    }
    const sockets = await openReaders(port, kind, { clients, onFrame })
    await pause(settleMs)
    await ask<Served>(child, { saturateMs: settleMs })
    await pause(settleMs)
    frames = bytes = 0
    const { rounds, cpu_ms } = await ask<Served>(child, { saturateMs: measureMs })
    await pause(settleMs)
    const { rss } = await ask<{ rss: number }>(child, {})
    for (const socket of sockets) socket.destroy()
    if (frames < 0.99 * rounds * clients) throw new Error(`${kind}: ${frames} of ${rounds * clients} frames arrived`)
    const cpu_us = (cpu_ms * 1000) / frames
    return {
      per_core_second: 1e6 / cpu_us,
      cpu_us,
      kb_per_client: (rss - empty) / clients / 1000,
      bytes: bytes / frames,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

const middle = (results: Result[], key: keyof Result): number => median(results.map((result) => result[key]))

/**
 * Deliveries per second of a message of 50 prices on one core, and CPU per delivery, against a plain server that
 * encodes per client and against socket.io, in turn, three times. Compact messages: their bytes and CPU too.
 */
export const bench: Bench = async () => {
  const numbers: Record<string, number> = {}
  const shares: number[] = []
  for (const clients of [1000, 5000]) {
    const results: Record<Kind, Result[]> = { ours: [], compact: [], plain: [], socketio: [] }
    for (let repeat = 0; repeat < repeats; repeat += 1)
      for (const kind of kinds) results[kind].push(await measure(kind, clients))
    const perSecond = (kind: Kind) => middle(results[kind], 'per_core_second')
    const memory = middle(results.ours, 'kb_per_client')
    const cpu = middle(results.ours, 'cpu_us') / middle(results.plain, 'cpu_us')
    for (const kind of kinds) numbers[`${kind}_${clients}_per_core_second`] = Math.round(perSecond(kind))
    numbers[`times_plain_${clients}`] = perSecond('ours') / perSecond('plain')
    numbers[`times_socketio_${clients}`] = perSecond('ours') / perSecond('socketio')
    numbers[`cpu_share_of_plain_${clients}`] = cpu
    numbers[`kb_per_client_${clients}`] = memory
    shares.push(1.8 / (perSecond('ours') / perSecond('plain')), 1.3 / (perSecond('ours') / perSecond('socketio')))
    const bytes = middle(results.compact, 'bytes') / middle(results.plain, 'bytes')
    const compactCpu = middle(results.compact, 'cpu_us') / middle(results.plain, 'cpu_us')
    numbers[`compact_bytes_of_plain_${clients}`] = bytes
    numbers[`compact_cpu_of_plain_${clients}`] = compactCpu
    shares.push(cpu / 0.65, memory / 40, bytes / 0.35, compactCpu)
  }
  return { ratio: Math.max(...shares), limit: 1, ...numbers }
}

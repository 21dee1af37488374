import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'
import type { Bench } from './measure.ts'

const script = fileURLToPath(new URL('./fanout-server.ts', import.meta.url))
const paths = { ours: '/api/v1/ws/prices', plain: '/', socketio: '/socket.io/?EIO=4&transport=websocket' } as const
type Kind = keyof typeof paths
const settleMs = 2000
const measureMs = 12_000
const atOnce = 200

type Usage = { cpu_ms: number; rss: number }

const ask = async (child: ChildProcess): Promise<Usage> => {
  child.send('usage')
  const [usage] = await once(child, 'message')
  return usage
}

/** Opens the clients a few at a time; each counts the price frames that it gets. */
async function connectAll(address: string, { clients, onFrame }: { clients: number; onFrame: () => void }) {
  const sockets: WebSocket[] = []
  while (sockets.length < clients) {
    const some = Array.from({ length: Math.min(atOnce, clients - sockets.length) }, () => {
      const socket = new WebSocket(address, { perMessageDeflate: false })
      socket.on('message', (data: Buffer) => {
        if (data[0] === 0x30) socket.send('40')
        else if (data[0] === 0x32) socket.send('3')
        else if (data.length > 500) onFrame()
      })
      return socket
    })
    await Promise.all(some.map((socket) => once(socket, 'open')))
    sockets.push(...some)
  }
  return sockets
}

/** What a server needs to serve `clients` for 12 s at 4 frames a second. */
async function measure(kind: Kind, clients: number) {
  const child = fork(script, [kind], { execArgv: ['--expose-gc'] })
  try {
    const [{ port }] = await once(child, 'message')
    const empty = await ask(child)
    let frames = 0
    const address = `ws://127.0.0.1:${port}${paths[kind]}`
    const sockets = await connectAll(address, { clients, onFrame: () => (frames += 1) })
    await pause(settleMs)
    const [before, framesBefore] = [await ask(child), frames]
    await pause(measureMs)
    const [after, framesAfter] = [await ask(child), frames]
    for (const socket of sockets) socket.terminate()
    const deliveries = framesAfter - framesBefore
    const expected = (clients * measureMs) / 250
    if (deliveries < 0.9 * expected) throw new Error(`${kind}: ${deliveries} of ${expected} frames arrived`)
    return {
      cpu_us: ((after.cpu_ms - before.cpu_ms) * 1000) / deliveries,
      kb_per_client: (after.rss - empty.rss) / clients / 1000,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

/**
 * CPU per delivered frame of 50 prices, and from it what one core delivers in a second, against a plain server that
 * encodes per client and against socket.io.
 */
export const bench: Bench = async () => {
  const numbers: Record<string, number> = {}
  const worst = { plain: 0, socketio: 0, cpu: 0, memory: 0 }
  for (const clients of [1000, 5000]) {
    const ours = await measure('ours', clients)
    const plain = await measure('plain', clients)
    const socketio = await measure('socketio', clients)
    numbers[`deliveries_per_core_second_${clients}`] = 1e6 / ours.cpu_us
    numbers[`times_plain_${clients}`] = plain.cpu_us / ours.cpu_us
    numbers[`times_socketio_${clients}`] = socketio.cpu_us / ours.cpu_us
    numbers[`kb_per_client_${clients}`] = ours.kb_per_client
    worst.plain = Math.max(worst.plain, (1.8 * ours.cpu_us) / plain.cpu_us)
    worst.socketio = Math.max(worst.socketio, (1.3 * ours.cpu_us) / socketio.cpu_us)
    worst.cpu = Math.max(worst.cpu, ours.cpu_us / plain.cpu_us / 0.65)
    worst.memory = Math.max(worst.memory, ours.kb_per_client / 40)
  }
  return { ratio: Math.max(...Object.values(worst)), limit: 1, ...numbers }
}

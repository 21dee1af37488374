import type { Socket } from 'node:net'
import { openRawReader } from '../test/raw-reader.ts'
import { toSentAt } from './cluster-feed.ts'

/** Opens many clients of the price stream in one process and reports what they received. */
export type ReaderReport = {
  /** Price messages. */
  frames: number
  /** Messages that a client missed, and snapshots that it got instead. */
  missed: number
  resent: number
  closed: number
  /** The lowest and the highest number of the last message of a client. */
  first_last: number
  last_last: number
  /** Number of messages by whole ms from the source's tick to the client. */
  delays: number[]
}

type Question = { open: number } | 'start' | 'report'

const [port = '', epoch = ''] = process.argv.slice(2)
const atOnce = 50
const maxMs = 10_000
const headBytes = 160
const head = /^\{"type":"price_update",("snapshot":true,)?"seq":(\d+),.*?"prices":\{"[^"]+":([\d.]+)/

const last = new Map<Socket, number>()
let [frames, missed, resent, closed] = [0, 0, 0, 0]
let delays = new Uint32Array(maxMs + 1)

function onText(payload: Buffer, socket: Socket): void {
  const [, snapshot, seqText = '', price = ''] = head.exec(payload.toString('latin1', 0, headBytes)) ?? []
  if (seqText === '') return
  const seq = Number(seqText)
  const before = last.get(socket)
  last.set(socket, seq)
  if (before === undefined) return
  frames += 1
  if (snapshot !== undefined) resent += 1
  missed += Math.max(0, seq - before - 1)
  const ms = Math.round(Date.now() - toSentAt(Number(price), Number(epoch)))
  const slot = Math.min(maxMs, Math.max(0, ms))
  delays[slot] = (delays[slot] ?? 0) + 1
}

async function open(count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += atOnce) {
    const size = Math.min(atOnce, count - opened)
    const opening = Array.from({ length: size }, () => openRawReader(Number(port), '/api/v1/ws/prices', { onText }))
    for (const socket of await Promise.all(opening))
      socket.on('close', () => {
        closed += 1
      })
  }
}

process.on('message', async (question: Question) => {
  if (question === 'start') {
    ;[frames, missed, resent, closed] = [0, 0, 0, 0]
    delays = new Uint32Array(maxMs + 1)
  } else if (question !== 'report') await open(question.open)
  const seqs = [...last.values()]
  const ends = { first_last: Math.min(...seqs), last_last: Math.max(...seqs) }
  process.send?.({ frames, missed, resent, closed, ...ends, delays: [...delays] } satisfies ReaderReport)
})
process.on('disconnect', () => process.exit())

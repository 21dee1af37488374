import type { Duplex } from 'node:stream'
import { Value } from 'typebox/value'
import type { RawData, WebSocket } from 'ws'
import { ClientFrame } from '../../contract/live.ts'
import type { Hub } from './hub.ts'
import { createReader } from './reader.ts'

const pingMs = 10_000
const maxCoins = 1000
const rateWindowMs = 1000

const unsupportedData = 1003
const policyViolation = 1008
const tryAgainLater = 1013

/**
 * Serves the price stream to one socket. It is cut when it stays stalled, answers no ping, sends what is no frame of the
 * protocol, or more than `messagesPerSecond`. Frames go straight to `raw`, the connection beneath the socket.
 */
export function serveClient(
  { socket, raw }: { socket: WebSocket; raw: Duplex },
  hub: Hub,
  { messagesPerSecond }: { messagesPerSecond: number },
): void {
  let answered = true
  const reader = createReader({
    isOpen: () => socket.readyState === socket.OPEN,
    bufferedBytes: () => raw.writableLength,
    send: (frame) => raw.write(toWireFrame(frame)),
  })
  const cut = () => {
    socket.close(tryAgainLater, 'too slow')
    socket.terminate()
  }
  const seat = hub.add(reader)
  const ping = setInterval(() => {
    if (!answered || reader.isStalled()) return cut()
    answered = false
    socket.ping()
  }, pingMs)
  const isTooMuch = countRate(messagesPerSecond)
  let coins: ReadonlySet<string> | null = null
  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return
    if (isTooMuch()) return socket.close(policyViolation, `more than ${messagesPerSecond} messages a second`)
    if (isBinary) return socket.close(unsupportedData, 'text frames only')
    const frame = parseFrame(data)
    if (frame === undefined)
      return socket.close(policyViolation, 'send {"type":"subscribe","coins":["bitcoin"]} or nothing')
    if (frame.type === 'ping') return seat.ping()
    coins = toCoins(coins, frame)
    if (coins !== null && coins.size > maxCoins)
      return socket.close(policyViolation, `more than ${maxCoins} coins: send nothing to get all`)
    seat.subscribe(coins)
  })
  socket.on('pong', () => {
    answered = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    clearInterval(ping)
    seat.leave()
  })
}

let last: { text: Buffer; frame: Buffer } = { text: Buffer.alloc(0), frame: Buffer.alloc(0) }

/** A text message as it goes over the wire, made once for all who get it one after the other. */
function toWireFrame(text: Buffer): Buffer {
  if (last.text !== text) last = { text, frame: frameText(text) }
  return last.frame
}

/** RFC 6455, from a server: unmasked. */
function frameText(text: Buffer): Buffer {
  const header = Buffer.alloc(text.length < 126 ? 2 : text.length < 65_536 ? 4 : 10)
  header[0] = 0x81
  if (header.length === 2) header[1] = text.length
  else if (header.length === 4) {
    header[1] = 126
    header.writeUInt16BE(text.length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(text.length), 2)
  }
  return Buffer.concat([header, text])
}

/** Says whether one more within the current second is more than `most`. */
function countRate(most: number): () => boolean {
  let [windowStart, count] = [0, 0]
  return () => {
    const now = Date.now()
    if (now - windowStart >= rateWindowMs) [windowStart, count] = [now, 0]
    count += 1
    return count > most
  }
}

function parseFrame(data: RawData): ClientFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data))
    return Value.Check(ClientFrame, frame) ? frame : undefined
  } catch {
    return undefined
  }
}

/** What is subscribed to after a frame. Null is every coin, from which nobody unsubscribes. */
function toCoins(
  current: ReadonlySet<string> | null,
  { type, coins }: Exclude<ClientFrame, { type: 'ping' }>,
): ReadonlySet<string> | null {
  if (type === 'subscribe') return new Set([...(current ?? []), ...coins])
  return current === null ? null : new Set([...current].filter((id) => !coins.includes(id)))
}

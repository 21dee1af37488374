import type { Duplex } from 'node:stream'
import { Compile } from 'typebox/compile'
import type { RawData, WebSocket } from 'ws'
import { compactProtocol } from '../../contract/compact-prices.ts'
import { ClientFrame } from '../../contract/live.ts'
import type { Hub } from './hub.ts'
import { createSubscriber } from './subscriber.ts'
import type { TaskQueue } from './task-queue.ts'
import { Framer } from './websocket-frame.ts'

const pingMs = 10_000
const maxCoins = 1000
const rateWindowMs = 1000

const unsupportedData = 1003
const policyViolation = 1008
const tryAgainLater = 1013

const clientFrame = Compile(ClientFrame)
const framer = new Framer()

/**
 * Serves the price stream to one socket. Disconnects a client that stays stalled, answers no ping, sends an invalid
 * message, or sends more than `messagesPerSecond`. Messages are written to `raw`, the TCP connection below the socket.
 * Messages of the client are queued in `tasks`. The socket is paused until they are handled.
 */
export function serveClient(
  { socket, raw, tasks }: { socket: WebSocket; raw: Duplex; tasks: TaskQueue },
  hub: Hub,
  { messagesPerSecond }: { messagesPerSecond: number },
): void {
  let answered = true
  const deflates = socket.extensions !== ''
  const subscriber = createSubscriber({
    isOpen: () => socket.readyState === socket.OPEN,
    bufferedBytes: () => raw.writableLength,
    send: (text) => raw.write(framer.frame(text, { deflates })),
  })
  const cut = () => {
    socket.close(tryAgainLater, 'The client reads too slowly. Reconnect for a new snapshot.')
    socket.terminate()
  }
  const subscription = hub.add(subscriber, null, socket.protocol === compactProtocol ? 'compact' : 'json')
  const ping = setInterval(() => {
    if (!answered || subscriber.isStalled()) return cut()
    answered = false
    socket.ping()
  }, pingMs)
  const rate = new MessageRate(messagesPerSecond)
  const handle = (data: RawData) => {
    if (socket.readyState !== socket.OPEN) return
    const frame = parseFrame(data)
    if (frame === undefined)
      return socket.close(policyViolation, 'Invalid message. Example: {"type":"subscribe","coins":["bitcoin"]}')
    if (frame.type === 'ping') subscription.ping()
    else if (frame.type === 'unsubscribe') subscription.unsubscribe(frame.coins)
    else if (subscription.subscribe(frame.coins) > maxCoins)
      socket.close(policyViolation, `More than ${maxCoins} coins. Reconnect without a subscription to get all.`)
  }
  let waiting = 0
  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return
    if (rate.exceeds())
      return socket.close(policyViolation, `More than ${messagesPerSecond} messages per second. Send fewer.`)
    if (isBinary) return socket.close(unsupportedData, 'Send text messages only.')
    waiting += 1
    socket.pause()
    const receivedAt = performance.now()
    tasks.add(() => {
      waiting -= 1
      if (waiting === 0) {
        rate.forgive(performance.now() - receivedAt)
        socket.resume()
      }
      handle(data)
    })
  })
  socket.on('pong', () => {
    answered = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    clearInterval(ping)
    subscription.leave()
  })
}

/** Counts the messages of a client in the current second. */
class MessageRate {
  readonly #maxMessages: number
  #startedAt = 0
  #count = 0

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages
  }

  /** Counts one message; true above the limit. */
  exceeds(): boolean {
    const now = performance.now()
    if (now - this.#startedAt >= rateWindowMs) [this.#startedAt, this.#count] = [now, 0]
    this.#count += 1
    return this.#count > this.#maxMessages
  }

  /** Allows for messages that arrive together after the socket was paused for `ms`. */
  forgive(ms: number): void {
    this.#count = Math.max(0, this.#count - (ms / rateWindowMs) * this.#maxMessages)
  }
}

function parseFrame(data: RawData): ClientFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data))
    return clientFrame.Check(frame) ? frame : undefined
  } catch {
    return undefined
  }
}

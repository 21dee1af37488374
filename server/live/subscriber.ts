import type { Subscriber } from './hub.ts'

const maxBufferedBytes = 64 * 1024
const maxStalledMs = 10_000

/** The connection of a client. */
export type Sink = { isOpen(): boolean; bufferedBytes(): number; send(frame: Buffer): void }

/**
 * Sends messages without a queue: while more than 64 KiB are buffered the client misses messages, and once they are
 * sent it receives a new snapshot. `isStalled` if that takes more than 10 s.
 */
export function createSubscriber(sink: Sink): Subscriber & { isStalled(): boolean } {
  let behindSince: number | null = null
  return {
    onFrame(frame, snapshot) {
      if (!sink.isOpen()) return
      if (behindSince !== null && sink.bufferedBytes() === 0) {
        behindSince = null
        sink.send(snapshot())
      } else if (behindSince !== null) return
      else if (sink.bufferedBytes() > maxBufferedBytes) behindSince = Date.now()
      else sink.send(frame)
    },
    isStalled: () => behindSince !== null && Date.now() - behindSince > maxStalledMs,
  }
}

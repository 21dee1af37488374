import type { Reader } from './hub.ts'

const maxBufferedBytes = 64 * 1024
const maxStalledMs = 10_000

/** Where a reader's frames go. */
export type Sink = { isOpen(): boolean; bufferedBytes(): number; send(frame: Buffer): void }

/**
 * A reader for which nothing is queued: while 64 KiB wait to be drained it misses frames, and when they are it gets a
 * fresh snapshot. `isStalled` when that takes over 10 s.
 */
export function createReader(sink: Sink): Reader & { isStalled(): boolean } {
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

const maxBufferedBytes = 64 * 1024
const maxStalledMs = 10_000

/** Receives the messages of one client. `snapshot` is encoded on demand, once for clients with the same coins. */
export type Subscriber = {
  onFrame(frame: Buffer, snapshot: () => Buffer): void
}

/** The subscription of a client, to every coin or to a set. */
export type Subscription = {
  /** Adds coins, or narrows from every coin to these; a snapshot follows. Returns the number of coins. */
  subscribe(coins: Iterable<string>): number
  /** Removes coins from the set; a snapshot follows. */
  unsubscribe(coins: Iterable<string>): void
  /** Requests a heartbeat. */
  ping(): void
  leave(): void
}

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

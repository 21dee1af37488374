import type { ClockReport } from '../../contract/clock.ts'
import type { FeedReport, Prices } from '../../contract/live.ts'

/**
 * How the feed is: the source in use, the time of its newest price in ms, every source, and the clock of the producer's
 * machine; absent: not told.
 */
export type FeedState = {
  source: string | null
  last_price_at: number | null
  sources: FeedReport[]
  clock?: ClockReport
}

/**
 * What the producer tells the hubs, at most 4 times and at least once a second. `term` rises with each producer, `seq`
 * with each message. `full`: every known price, and no other coin exists; else the changed prices, and coins that left.
 */
export type BusMessage = {
  term: number
  seq: number
  ts: number
  full: boolean
  prices: Prices
  gone: string[]
  feed: FeedState
}

/** Joins one producer with the hubs of any number of processes. */
export type Bus = {
  /** Tells every hub; `all` gives every price, for whoever comes later. Throws when it did not arrive. */
  publish(message: BusMessage, all: () => Prices): Promise<void>
  /** Calls `listener` with what is known at once, if anything is, and then with each message. */
  subscribe(listener: (message: BusMessage) => void): void
  /** The last message with every price, from whichever producer; null when there is none. Throws when it cannot be told. */
  readLast(): Promise<BusMessage | null>
  /** Do several processes share it, so that one of them must be chosen as the producer? */
  isShared: boolean
  close(): Promise<void>
}

/** The bus of one process. */
export function createMemoryBus(): Bus {
  const listeners = new Set<(message: BusMessage) => void>()
  return {
    publish: async (message) => {
      for (const listener of listeners) listener(message)
    },
    subscribe: (listener) => void listeners.add(listener),
    readLast: async () => null,
    isShared: false,
    close: async () => listeners.clear(),
  }
}

import type { ClockReport } from '../../contract/clock.ts'
import type { FeedReport, Prices } from '../../contract/live.ts'

/**
 * The state of the feed: the active source, the time of its newest price in ms, every source, and the clock of the
 * producer's machine, if known.
 */
export type FeedState = {
  source: string | null
  last_price_at: number | null
  sources: FeedReport[]
  clock?: ClockReport
}

/**
 * A message of the producer to the hubs, sent 1 to 4 times per second. `term` rises with each producer, `seq` with each
 * message. If `full`, `prices` has every coin. Otherwise it has the changed prices, and `gone` the removed coins.
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

/** Connects one producer with the hubs of any number of processes. */
export type Bus = {
  /** Sends a message to every hub. `all` returns every price, for hubs that join later. Throws if sending fails. */
  publish(message: BusMessage, all: () => Prices): Promise<void>
  /** Calls `listener` with the known prices first, if any, and then with each message. */
  subscribe(listener: (message: BusMessage) => void): void
  /** The last message of any producer, with every price. Null if there is none. Throws if reading fails. */
  readLast(): Promise<BusMessage | null>
  /** Whether several processes share it and must elect a producer. */
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

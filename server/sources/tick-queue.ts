import type { Tick, TickBatch } from './source.ts'

export type TickQueue = {
  push(batch: TickBatch): void
  /** Ends the reading with `error` once what waits is read. Only the first one counts. */
  fail(error: unknown): void
  /** What was pushed, in order; ends when `signal` is aborted. */
  read(signal: AbortSignal): AsyncGenerator<TickBatch, void>
}

/**
 * Batches between a connection that pushes and a reader that pulls. When more than `mostWaiting` wait they become one,
 * in which only the newest tick of each coin is left, by the clock of the source, and of one instant the last to come:
 * memory stays bounded, and nothing newer is lost.
 */
export function createTickQueue(mostWaiting: number): TickQueue {
  let waiting: TickBatch[] = []
  let failure: { error: unknown } | null = null
  let wake = () => {}

  async function* read(signal: AbortSignal): AsyncGenerator<TickBatch, void> {
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      while (!signal.aborted) {
        const batch = waiting.shift()
        if (batch !== undefined) yield batch
        else if (failure !== null) throw failure.error
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
  return {
    push: (batch) => {
      waiting.push(batch)
      if (waiting.length > mostWaiting) waiting = [merge(waiting)]
      wake()
    },
    fail: (error) => {
      failure ??= { error }
      wake()
    },
    read,
  }
}

function merge(batches: readonly TickBatch[]): TickBatch {
  const newest = new Map<string, Tick>()
  const merged = { garbage: 0, withheld: 0 }
  for (const { ticks, garbage, withheld } of batches) {
    merged.garbage += garbage
    merged.withheld += withheld
    for (const tick of ticks) {
      if (isOlder(tick, newest.get(tick.coingecko_id))) continue
      newest.delete(tick.coingecko_id)
      newest.set(tick.coingecko_id, tick)
    }
  }
  return { ticks: [...newest.values()], ...merged }
}

const isOlder = (tick: Tick, held: Tick | undefined): boolean =>
  tick.source_at !== null && held !== undefined && held.source_at !== null && tick.source_at < held.source_at

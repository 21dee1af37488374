import type { Tick, TickBatch } from './source.ts'

export type TickQueue = {
  push(batch: TickBatch): void
  /** Makes `read` throw `error` after the queued batches. Only the first error counts. */
  fail(error: unknown): void
  /** Yields the batches in order. Ends when `signal` is aborted. */
  read(signal: AbortSignal): AsyncGenerator<TickBatch, void>
}

/**
 * A queue of batches with bounded memory. If more than `maxWaiting` batches wait, they are merged into one, which keeps
 * only the newest tick of each coin by source time. Of ticks with the same source time, the last to arrive counts.
 */
export function createTickQueue(maxWaiting: number): TickQueue {
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
      if (waiting.length > maxWaiting) waiting = [merge(waiting)]
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

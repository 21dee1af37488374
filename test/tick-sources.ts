import { SourceError } from '../server/errors.ts'
import type { Tick, TickBatch, TickSource } from '../server/sources/source.ts'
import type { FakeClock } from './fake-clock.ts'

/** What a source does in one second of a connection: send a batch, stay silent, end, or fail. */
type Act = TickBatch | 'silent' | 'end' | SourceError
type Moment = { ids: readonly string[]; now: number; second: number }

/** A source that calls `act` at the start of a connection and every second. */
export type TestSource = TickSource & {
  act: (moment: Moment) => Act
  /** The connections opened so far. */
  opened: { at: number; ids: readonly string[] }[]
  /** Number of open connections. */
  open: number
}

export const toTick = (source: string, coingecko_id: string, price_usd: number, at: number, source_at = at): Tick => ({
  coingecko_id,
  price_usd,
  source_at,
  received_at: at,
  source,
})

export const toBatch = (...ticks: Tick[]): TickBatch => ({ ticks, garbage: 0, withheld: 0 })

/** Prices about `price` that change every second. */
export const steady =
  (source: string, price = 100) =>
  ({ ids, now, second }: Moment): Act =>
    toBatch(...ids.map((id) => toTick(source, id, price * (1 + (second % 7) / 1000), now)))

/** Prices that never change. */
export const still =
  (source: string) =>
  ({ ids, now }: Moment): Act =>
    toBatch(...ids.map((id) => toTick(source, id, 100, now)))

export const failing =
  (source: string, kind: SourceError['kind'], retryAfterMs: number | null = null) =>
  (): Act =>
    new SourceError(source, kind, `${source} fails as told`, { retryAfterMs })

export function createTestSource(clock: FakeClock, id: string, act: TestSource['act'] = steady(id)): TestSource {
  const source: TestSource = {
    id,
    act,
    opened: [],
    open: 0,
    async *streamTicks(ids, signal) {
      source.opened.push({ at: clock.now(), ids })
      source.open += 1
      try {
        for (let second = 0; ; second += 1) {
          const done = source.act({ ids, now: clock.now(), second })
          if (done instanceof SourceError) throw done
          if (done === 'end') return
          if (done !== 'silent') yield done
          await clock.sleep(1000, signal)
        }
      } finally {
        source.open -= 1
      }
    },
  }
  return source
}

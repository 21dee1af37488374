import type { Clock } from '../server/clock.ts'
import { waitFor } from './wait.ts'

export type BeatClock = Clock & {
  /** Sets the time, in ms since 1970. */
  set(now: number): void
  /** Wakes the sleeper and waits until it sleeps again. */
  beat(): Promise<void>
}

/** A clock for one sleeper that stands still until `set` or `beat`. */
export function createBeatClock(start: number): BeatClock {
  let now = start
  let wake: (() => void) | undefined
  const asleep = () => waitFor(() => wake !== undefined, 'sleep')
  return {
    now: () => now,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        wake = resolve
      }),
    set: (next) => {
      now = next
    },
    beat: async () => {
      await asleep()
      const resolve = wake
      wake = undefined
      resolve?.()
      await asleep()
    },
  }
}

import { tickMs } from '../contract/time.ts'

/** Time and timers of a process. Tests replace it. */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Resolves after `ms`. Rejects with the signal's reason when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** `elapsed`: ms on a monotonic clock. Use only its differences. */
export const systemClock: Clock & { elapsed(): number } = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }, ms)
      const abort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    }),
}

/** The start of the 10-minute interval that contains `ms`. */
export const floorToTick = (ms: number): Date => new Date(Math.floor(ms / tickMs) * tickMs)

/** Converts ms since 1970 to RFC 3339 in UTC. */
export const toInstant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** Converts RFC 3339 or ms since 1970 to seconds since 1970. */
export const toSeconds = (instant: string | number): number => new Date(instant).getTime() / 1000

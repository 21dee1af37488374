import { tickMs } from '../contract/time.ts'

/** The time and the timers that a process lives by; tests bring their own. */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** `elapsed`: milliseconds on a clock that nobody sets; only differences of it mean something. */
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

/** The tick that `ms` belongs to: the start of its 10-minute interval. */
export const floorToTick = (ms: number): Date => new Date(Math.floor(ms / tickMs) * tickMs)

/** An instant in ms since 1970 as RFC 3339 in UTC. */
export const toInstant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** An instant, RFC 3339 or in ms since 1970, in seconds since 1970. */
export const toSeconds = (instant: string | number): number => new Date(instant).getTime() / 1000

import { systemClock } from '../clock.ts'

const versionForMs = 250

/**
 * The version of the warehouse, read up to four times per second: what was made from it is at most 250 ms older than the
 * warehouse, in every process. `elapsed`: ms on a monotonic clock. Rejects as `read` does.
 */
export function createVersionReader(
  read: () => Promise<string>,
  elapsed: () => number = systemClock.elapsed,
): () => Promise<string> {
  let version: { value: Promise<string>; at: number } | undefined
  return () => {
    if (version === undefined || elapsed() - version.at > versionForMs) {
      version = { value: read(), at: elapsed() }
      version.value.catch(() => {
        version = undefined
      })
    }
    return version.value
  }
}

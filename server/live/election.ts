import { once } from 'node:events'
import type { Log } from '../log.ts'
import type { Lead } from '../warehouse/leadership.ts'

/** The lead of a process that is the only one on its bus. It lasts until `signal` is aborted. */
export const leadAlone = async (signal: AbortSignal): Promise<Lead | null> =>
  signal.aborted ? null : { term: Date.now(), lost: signal, release: async () => undefined }

/** Runs a producer while this process has the lead, until `stop`. */
export function produceWhileLeading(
  waitForLead: (signal: AbortSignal) => Promise<Lead | null>,
  produce: (term: number) => Promise<{ stop(): Promise<void> }>,
  log: Log,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const lead = async () => {
    for (;;) {
      const held = await waitForLead(stopping.signal)
      if (held === null) return
      log.info({ term: held.term }, 'this process now produces prices')
      const producer = await produce(held.term)
      const over = AbortSignal.any([held.lost, stopping.signal])
      if (!over.aborted) await once(over, 'abort')
      if (!stopping.signal.aborted) log.warn('lost the lead: another process may produce prices now')
      await producer.stop()
      await held.release()
    }
  }
  const ended = lead()
  return {
    stop: async () => {
      stopping.abort(new Error('stopped'))
      await ended
    },
  }
}

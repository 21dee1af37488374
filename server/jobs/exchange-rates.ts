import { hourMs, minuteMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import { findNewestRateTime, insertRates } from '../warehouse/currencies.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { JobDeps, JobRun } from './job.ts'

/** How long a run waits for its turn in the rate budget and the response. */
const maxWaitMs = minuteMs

/**
 * Fetches the exchange rates once an hour, after the snapshot of `tick` is stored. A failure is logged and fails no run:
 * the next snapshot tries again. Returns the details for the run.
 */
export async function updateExchangeRates(
  { db, pool, market }: JobDeps,
  run: JobRun,
  tick: Date,
): Promise<{ exchange_rates?: number }> {
  try {
    const newest = await findNewestRateTime(db)
    if (newest !== null && newest >= Math.floor(tick.getTime() / hourMs) * hourMs) return {}
    const rates = await market.fetchRates(AbortSignal.any([run.signal, AbortSignal.timeout(maxWaitMs)]))
    await writeInRun(pool, run.id, (tx) => insertRates(tx, { tick, rates }))
    return { exchange_rates: rates.length }
  } catch (error) {
    run.signal.throwIfAborted()
    run.log.warn({ error: toMessage(error) }, 'exchange rates not updated')
    return {}
  }
}

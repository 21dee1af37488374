import { floorToTick } from '../clock.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { publishSnapshot } from '../warehouse/snapshots.ts'
import type { Job } from './job.ts'

const aheadMs = 60 * 86_400_000

/** Fetches the tracked universe and publishes it as the snapshot of the current tick, whole or not at all. */
export const ingestMarketData: Job = async ({ db, pool, market, clock, trackedCoins }, { id, signal }) => {
  const batch = await market.fetchSnapshots(trackedCoins, signal)
  signal.throwIfAborted()
  const tick = floorToTick(clock.now())
  await ensurePartitions(pool, { from: tick, to: new Date(tick.getTime() + aheadMs) })
  const { written, retired } = await db.transaction().execute((tx) => publishSnapshot(tx, { tick, runId: id, batch }))
  return {
    read: batch.snapshots.length + batch.rejected.length,
    written,
    rejected: batch.rejected.length,
    details: { tick: tick.toISOString(), retired },
  }
}

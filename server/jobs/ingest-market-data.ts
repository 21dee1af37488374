import { floorToTick, tickMs } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { countRepairs, type RejectedRow, type SnapshotBatch } from '../snapshot.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { insertRejected } from '../warehouse/quarantine.ts'
import { writeInRun } from '../warehouse/runs.ts'
import { countTenfoldMoves, findNewestTick, publishSnapshot } from '../warehouse/snapshots.ts'
import type { Job, JobDeps, JobRun } from './job.ts'

const aheadMs = 60 * 86_400_000

/**
 * Fetches the tracked universe and publishes it as the snapshot of the current tick, whole or not at all. What was
 * missed since the last one, or a coin that is new, leads to the backfill.
 */
export const ingestMarketData: Job = async (deps, run) => {
  const { db, pool, market, clock, trackedCoins } = deps
  const batch = await market.fetchSnapshots(trackedCoins, run.signal)
  run.signal.throwIfAborted()
  const tick = floorToTick(clock.now())
  await ensurePartitions(pool, { from: tick, to: new Date(tick.getTime() + aheadMs) })
  await refuseImplausible(deps, run, { tick, batch })
  const before = await findNewestTick(db)
  const { written, rejected, added, retired } = await writeInRun(pool, run.id, (tx) =>
    publishSnapshot(tx, { tick, runId: run.id, batch, asked: trackedCoins }),
  )
  const repaired = countRepairs(batch.repairs ?? [])
  if (repaired !== null) run.log.warn(repaired, 'figures that broke a rule are empty')
  const missed = before !== undefined && tick.getTime() - Date.parse(before) > tickMs
  return {
    read: batch.snapshots.length + batch.rejected.length,
    written,
    rejected,
    details: {
      tick: tick.toISOString(),
      added,
      retired,
      repeated: batch.repeated ?? 0,
      gaps: batch.gaps ?? 0,
      ...repaired,
    },
    leads: missed || added > 0,
  }
}

/** More than half of the market does not move tenfold within an hour: then a unit is wrong, and nothing is published. */
async function refuseImplausible(
  { db, pool }: JobDeps,
  run: JobRun,
  { tick, batch }: { tick: Date; batch: SnapshotBatch },
): Promise<void> {
  const { compared, tenfold } = await countTenfoldMoves(db, { tick, snapshots: batch.snapshots })
  if (tenfold * 2 <= compared) return
  const refused = batch.snapshots.map(
    (row): RejectedRow => ({ coingecko_id: row.coingecko_id, rule: 'price_usd_plausible', payload: row }),
  )
  const rejected = [...batch.rejected, ...refused]
  const { source } = batch
  await writeInRun(pool, run.id, (tx) => insertRejected(tx, { tick, runId: run.id, source, rejected }))
  run.report({ read: rejected.length, written: 0, rejected: rejected.length, details: { tick: tick.toISOString() } })
  throw new SourceError(
    batch.source,
    'broken',
    `${tenfold} of ${compared} prices moved tenfold within an hour: the snapshot is in quarantine, and the upstream is asked again`,
  )
}

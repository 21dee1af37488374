import { dayMs, tickMs } from '../../contract/time.ts'
import { floorToTick } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { countRepairs, type RejectedRow, type SnapshotBatch } from '../snapshot.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { insertRejected } from '../warehouse/quarantine.ts'
import { hasIngested, writeInRun } from '../warehouse/runs.ts'
import { countTenfoldMoves, findNewestTick, publishSnapshot } from '../warehouse/snapshots.ts'
import { fetchCoinImages } from './coin-images.ts'
import { updateExchangeRates } from './exchange-rates.ts'
import type { Job, JobDeps, JobProgress, JobRun } from './job.ts'

const partitionsAheadMs = 60 * dayMs

/**
 * Fetches the tracked coins and publishes them as the snapshot of the current tick, in one transaction. Missed ticks and
 * new coins are new work for the backfill. A restart within a tick fetches nothing again. Reads the latest rows first: while
 * a database node is down, no call of the source is spent. Images of coins follow after the snapshot.
 */
export const ingestMarketData: Job = async (deps, run) => {
  const { db, pool, market, clock, trackedCoins } = deps
  const before = await findNewestTick(db)
  const current = floorToTick(clock.now())
  if (run.trigger === 'startup' && (await hasIngested(db, { tick: current, asked: trackedCoins })))
    return { read: 0, written: 0, rejected: 0, idle: `the snapshot of ${current.toISOString()} is stored` }
  const batch = await market.fetchSnapshots(trackedCoins, run.signal)
  run.signal.throwIfAborted()
  const tick = floorToTick(clock.now())
  await ensurePartitions(pool, { from: tick, to: new Date(tick.getTime() + partitionsAheadMs) })
  await quarantineImplausible(deps, run, { tick, batch })
  const { written, rejected, added, retired } = await writeInRun(pool, run.id, (tx) =>
    publishSnapshot(tx, { tick, runId: run.id, batch, asked: trackedCoins }),
  )
  const repaired = countRepairs(batch.repairs ?? [])
  if (repaired !== null) run.log.warn(repaired, 'figures that broke a rule were set to null')
  const rates = await updateExchangeRates(deps, run, tick)
  const missed = before !== undefined && tick.getTime() - Date.parse(before) > tickMs
  const details = {
    tick: tick.toISOString(),
    asked: trackedCoins,
    added,
    retired,
    repeated: batch.repeated ?? 0,
    gaps: batch.gaps ?? 0,
    ...repaired,
    ...rates,
  }
  const progress: JobProgress = { read: batch.snapshots.length + batch.rejected.length, written, rejected, details }
  run.report(progress)
  const images = await fetchCoinImages(deps, run)
  return { ...progress, details: { ...details, ...images }, hasNewWork: missed || added > 0 }
}

/** Quarantines the whole snapshot and throws when most prices moved tenfold within an hour: a wrong unit, not a market move. */
async function quarantineImplausible(
  { db, pool }: JobDeps,
  run: JobRun,
  { tick, batch }: { tick: Date; batch: SnapshotBatch },
): Promise<void> {
  const { compared, tenfold } = await countTenfoldMoves(db, { tick, snapshots: batch.snapshots })
  if (tenfold * 2 <= compared) return
  const quarantined = batch.snapshots.map(
    (row): RejectedRow => ({ coingecko_id: row.coingecko_id, rule: 'price_usd_plausible', payload: row }),
  )
  const rejected = [...batch.rejected, ...quarantined]
  const { source } = batch
  await writeInRun(pool, run.id, (tx) => insertRejected(tx, { tick, runId: run.id, source, rejected }))
  run.report({ read: rejected.length, written: 0, rejected: rejected.length, details: { tick: tick.toISOString() } })
  throw new SourceError(
    batch.source,
    'broken',
    `${tenfold} of ${compared} prices moved tenfold within an hour. The snapshot was quarantined and will be fetched again.`,
  )
}

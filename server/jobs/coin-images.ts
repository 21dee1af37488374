import { SourceError, toMessage } from '../errors.ts'
import { type DueImage, listDueImages, recordImageFailure, storeImage } from '../warehouse/coin-images.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { JobDeps, JobRun } from './job.ts'

const concurrency = 4
const budgetMs = 15_000

export type ImageReport = { images_stored: number; images_failed: number }

/**
 * Fetches the images of coins that are due, the largest coins first, for up to 15 s; the next ingest goes on. Stops when
 * the host fails. Never throws: a missing logo is no reason to fail a snapshot.
 */
export async function fetchCoinImages(deps: JobDeps, run: JobRun): Promise<ImageReport | undefined> {
  const report = { images_stored: 0, images_failed: 0 }
  try {
    const due = await listDueImages(deps.db, new Date(deps.clock.now()))
    if (due.length === 0) return undefined
    const stop = new AbortController()
    const signal = AbortSignal.any([run.signal, stop.signal, AbortSignal.timeout(budgetMs)])
    const fetchNext = async (): Promise<void> => {
      for (let next = due.shift(); next !== undefined && !signal.aborted; next = due.shift())
        await fetchOne(deps, run, { due: next, signal, stop, report })
    }
    await Promise.all(Array.from({ length: concurrency }, fetchNext))
  } catch (error) {
    run.log.warn({ error: toMessage(error) }, "can't update the images of coins")
  }
  return report
}

type Fetch = { due: DueImage; signal: AbortSignal; stop: AbortController; report: ImageReport }

async function fetchOne({ pool, images, clock }: JobDeps, run: JobRun, fetch: Fetch): Promise<void> {
  const { due, signal, stop, report } = fetch
  try {
    const image = await images.fetchImage(due.image_url, signal)
    await writeInRun(pool, run.id, (tx) => storeImage(tx, due, { ...image, now: new Date(clock.now()) }))
    report.images_stored += 1
  } catch (error) {
    if (signal.aborted) return
    const isOutage = error instanceof SourceError && (error.kind === 'unreachable' || error.kind === 'rate_limited')
    if (isOutage || !(error instanceof SourceError)) stop.abort()
    if (!(error instanceof SourceError)) throw error
    if (error.kind === 'rate_limited') return
    const failure = { error: error.message, now: new Date(clock.now()) }
    await writeInRun(pool, run.id, (tx) => recordImageFailure(tx, due, failure))
    report.images_failed += 1
    run.log.info({ coin_id: due.coin_id, error: error.message }, 'image of a coin not stored')
  }
}

import { dayMs } from '../../contract/time.ts'
import { type HistoryGrid, historyGrids, maxHistoryDays } from '../history.ts'
import { endBackfill, listQueuedBackfills, type QueuedBackfill } from '../warehouse/backfill-requests.ts'
import { writeInRun } from '../warehouse/runs.ts'
import { countDays, type Gap } from './history-gaps.ts'
import type { JobDeps, JobRun } from './job.ts'

/**
 * The parts of a requested range, one per grid, without those that a finer grid covers. Days that the source no longer
 * keeps are left out.
 */
export function toRequestedGaps({ id, coin_id, coingecko_id, from, to }: QueuedBackfill, now: number): Gap[] {
  const [start, end] = [Date.parse(from), Date.parse(to) + dayMs]
  const gaps: Gap[] = []
  for (const granularity of Object.keys(historyGrids) as HistoryGrid[]) {
    const { spacingMs, days: maxDays } = historyGrids[granularity]
    const floor = (ms: number) => Math.floor(ms / spacingMs) * spacingMs
    const oldest = floor(now - maxDays * dayMs) + spacingMs
    const range = { from: Math.max(start, oldest), to: Math.min(end, floor(now)) }
    if (range.from <= range.to) {
      const days = countDays(granularity, { maxDays, from: range.from, now })
      gaps.push({ coin_id, coingecko_id, granularity, days, since: range.from, ...range, request: id })
    }
    if (oldest <= start) break
  }
  return gaps
}

/** The queued backfills of a run: what to fetch, and their ends. */
export class RequestedHistory {
  readonly #left = new Map<number, number>()
  readonly #counts = new Map<number, { written: number; held: number }>()
  readonly #errors = new Map<number, string>()
  readonly #deps: Pick<JobDeps, 'pool' | 'db' | 'clock'>
  readonly #run: JobRun

  constructor(deps: Pick<JobDeps, 'pool' | 'db' | 'clock'>, run: JobRun) {
    this.#deps = deps
    this.#run = run
  }

  /** The parts of the requests queued since the last call. Requests that have become too old end as failed. */
  async listNew(): Promise<Gap[]> {
    const gaps: Gap[] = []
    for (const request of await listQueuedBackfills(this.#deps.db)) {
      if (this.#left.has(request.id)) continue
      const parts = toRequestedGaps(request, this.#deps.clock.now())
      gaps.push(...parts)
      this.#left.set(request.id, parts.length)
      if (parts.length > 0) continue
      this.fail(request.id, `The source keeps only ${maxHistoryDays} days.`)
      await this.#end(request.id)
    }
    return gaps
  }

  /** Counts the points of a part. */
  add(id: number, { written, held }: { written: number; held: number }): void {
    const counts = this.#counts.get(id) ?? { written: 0, held: 0 }
    this.#counts.set(id, { written: counts.written + written, held: counts.held + held })
  }

  /** The source will never have a part. */
  fail(id: number, error: string): void {
    this.#errors.set(id, error)
  }

  /** Notes that a part is fetched, and ends the request with its last part. */
  async done(id: number): Promise<void> {
    const left = (this.#left.get(id) ?? 1) - 1
    this.#left.set(id, left)
    if (left === 0) await this.#end(id)
  }

  async #end(id: number): Promise<void> {
    const counts = this.#counts.get(id) ?? { written: 0, held: 0 }
    const error = this.#errors.get(id) ?? null
    await writeInRun(this.#deps.pool, this.#run.id, (tx) =>
      endBackfill(tx, id, { runId: this.#run.id, ...counts, error }),
    )
    this.#run.log.info({ request: id, ...counts, ...(error === null ? {} : { error }) }, 'requested backfill ended')
  }
}

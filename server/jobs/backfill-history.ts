import { dayMs, minuteMs } from '../../contract/time.ts'
import { type Clock, floorToTick } from '../clock.ts'
import { SourceError, type SourceErrorKind, toMessage } from '../errors.ts'
import { type HistoryBatch, historyGrids } from '../history.ts'
import { countRepairs, type Repair } from '../snapshot.ts'
import { getSqlState } from '../warehouse/failures.ts'
import { extendCoverage, writeHistory } from '../warehouse/history.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { insertRejected } from '../warehouse/quarantine.ts'
import { writeInRun } from '../warehouse/runs.ts'
import { type Gap, listGaps } from './history-gaps.ts'
import type { Job, JobDeps, JobProgress, JobReport, JobRun } from './job.ts'
import { RequestedHistory } from './requested-history.ts'

const maxAttemptsPerGap = 3
const maxConsecutiveFailures = 3
const firstDelayMs = 1000
const maxLateSteps = 3
const announceMs = 10 * minuteMs
/** Calls after which their pace counts for the time left. */
const minPaceCalls = 10

/** The source will never have this history. */
const permanentKinds: readonly SourceErrorKind[] = ['not_found', 'bad_request']
/** May succeed later, or for another coin. */
const transientKinds: readonly SourceErrorKind[] = ['rate_limited', 'unreachable', 'broken']
/** No other call of the run can succeed. */
const fatalKinds: readonly SourceErrorKind[] = ['bad_key', 'blocked']

/**
 * Fetches the history that administrators requested, then the missing history of each coin, best rank first, until none is missing or the soft deadline has passed.
 * Requests that arrive meanwhile come next.
 * The fetched ranges are stored as covered, so a gap in the source's own history is fetched only once. Candles and
 * analytics of what has arrived are made meanwhile.
 */
export const backfillHistory: Job = async (deps, run) => {
  const { db, market, clock, history } = deps
  const requested = new RequestedHistory(deps, run)
  const queue = [...(await requested.listNew()), ...(await listGaps(db, { ...history, now: clock.now() }))]
  if (queue.length === 0) return { read: 0, written: 0, rejected: 0, idle: 'no history is missing' }
  const tally = new Tally(queue, { callsPerMinute: market.callsPerMinute, clock, run })
  run.log.info({ calls: queue.length, coins: tally.coins }, 'history is missing')
  await ensurePartitions(deps.pool, toDates(queue, clock.now()))
  let consecutive = 0
  let announced = { at: clock.now(), written: 0 }
  for (let gap = queue.shift(); gap !== undefined; gap = queue.shift()) {
    if (clock.now() > run.softDeadline) break
    if (clock.now() - announced.at >= announceMs && tally.written > announced.written) {
      announced = { at: clock.now(), written: tally.written }
      run.announceWork()
    }
    const problem = await fillGap({ ...deps, requested }, run, gap, tally)
    consecutive = problem !== null && transientKinds.includes(problem.kind) ? consecutive + 1 : 0
    if (problem !== null && (consecutive >= maxConsecutiveFailures || fatalKinds.includes(problem.kind))) throw problem
    tally.done(gap, problem)
    if (gap.request !== undefined && problem === null) await requested.done(gap.request)
    const added = await requested.listNew()
    if (added.length > 0) await ensurePartitions(deps.pool, toDates(added, clock.now()))
    tally.expect(added)
    queue.unshift(...added)
  }
  return tally.end()
}

const toDates = (gaps: readonly Gap[], now: number) => ({
  from: new Date(Math.min(...gaps.map(({ from }) => from))),
  to: new Date(now + 60 * dayMs),
})

type Deps = JobDeps & { requested: RequestedHistory }

/** Fetches and writes one gap. Returns the error; null when it is filled or the source will never have it. */
async function fillGap(deps: Deps, run: JobRun, gap: Gap, tally: Tally): Promise<SourceError | null> {
  for (let count = 1; ; count += 1) {
    run.signal.throwIfAborted()
    try {
      const batch = await deps.market.fetchHistory(gap.coingecko_id, gap, run.signal)
      const stored = await storeGap(deps, run, gap, batch)
      tally.add(batch, stored)
      if (gap.request !== undefined) deps.requested.add(gap.request, stored)
      return null
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      const { coingecko_id: coin, granularity } = gap
      run.log.warn({ coin, granularity, error: toMessage(error) }, 'history fetch failed')
      if (permanentKinds.includes(error.kind)) {
        if (gap.request === undefined) await markCovered(deps, run, gap)
        else deps.requested.fail(gap.request, toMessage(error))
        return null
      }
      if (count >= maxAttemptsPerGap || !transientKinds.includes(error.kind)) return error
      if (error.kind !== 'rate_limited') await deps.clock.sleep(firstDelayMs * 2 ** (count - 1), run.signal)
    }
  }
}

const markCovered = ({ pool }: JobDeps, run: JobRun, { coin_id, granularity, since, to }: Gap): Promise<void> =>
  writeInRun(pool, run.id, (tx) => extendCoverage(tx, { coinIds: [coin_id], granularity, from: since, to }))

/** Writes a gap in one transaction; once more when a snapshot was published in between. */
async function storeGap(
  { pool, clock }: JobDeps,
  run: JobRun,
  gap: Gap,
  batch: HistoryBatch,
): Promise<{ written: number; held: number; rejected: number }> {
  const { coin_id: coinId, granularity, since, from } = gap
  const isRequested = gap.request !== undefined
  const points = batch.points.filter(({ at }) => at >= from && (!isRequested || at <= gap.to))
  const store = () =>
    writeInRun(pool, run.id, async (tx, client) => {
      const {
        written,
        held,
        rejected: byDatabase,
      } = await writeHistory({ tx, client }, { coinId, granularity, points })
      // Coverage is one range, and a requested part can be apart from it.
      if (!isRequested)
        await extendCoverage(tx, { coinIds: [coinId], granularity, from: since, to: toCovered(gap, batch) })
      const rejected = [...batch.rejected, ...byDatabase.map((row) => ({ ...row, coingecko_id: gap.coingecko_id }))]
      const tick = floorToTick(clock.now())
      await insertRejected(tx, { tick, runId: run.id, source: batch.source, rejected })
      return { written, held, rejected: rejected.length }
    })
  return store().catch((error) => (getSqlState(error) === '23505' ? store() : Promise.reject(error)))
}

/** Where coverage ends. Sources publish the newest points late, so a short missing tail is left to the next run. */
function toCovered({ granularity, to }: Gap, { points }: HistoryBatch): number {
  const { spacingMs } = historyGrids[granularity]
  const end = (Math.floor((points.at(-1)?.at ?? 0) / spacingMs) + 1) * spacingMs
  return end < to && to - end <= maxLateSteps * spacingMs ? end : to
}

/** Counts and reports what a run has done. */
class Tally {
  readonly #coins = new Set<number>()
  readonly #left = new Map<number, number>()
  readonly #callsPerMinute: number
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #run: JobRun
  readonly #counts = { read: 0, written: 0, rejected: 0 }
  #calls = 0
  #callsDone = 0
  #received = 0
  #held = 0
  readonly #failed: string[] = []
  readonly #repairs: Repair[] = []
  #problem: SourceError | undefined

  constructor(gaps: Gap[], { callsPerMinute, clock, run }: { callsPerMinute: number; clock: Clock; run: JobRun }) {
    this.expect(gaps)
    this.#callsPerMinute = callsPerMinute
    this.#clock = clock
    this.#startedAt = clock.now()
    this.#run = run
    run.report(this.#progress())
  }

  get coins(): number {
    return this.#coins.size
  }

  expect(gaps: readonly Gap[]): void {
    this.#calls += gaps.length
    for (const { coin_id } of gaps) {
      this.#coins.add(coin_id)
      this.#left.set(coin_id, (this.#left.get(coin_id) ?? 0) + 1)
    }
  }

  get written(): number {
    return this.#counts.written
  }

  add(
    { received, repairs = [] }: HistoryBatch,
    { written, held, rejected }: { written: number; held: number; rejected: number },
  ): void {
    this.#received += received
    this.#held += held
    this.#counts.written += written
    this.#counts.rejected += rejected
    this.#counts.read += written + rejected
    for (const repair of repairs) this.#repairs.push(repair)
  }

  done({ coin_id, coingecko_id, granularity }: Gap, problem: SourceError | null): void {
    if (problem !== null) {
      this.#failed.push(`${coingecko_id} ${granularity}`)
      this.#problem = problem
    }
    this.#calls -= 1
    this.#callsDone += 1
    const left = (this.#left.get(coin_id) ?? 1) - 1
    this.#left.set(coin_id, left)
    if (left === 0) {
      this.#left.delete(coin_id)
      this.#run.log.info(
        { coin: coingecko_id, last: granularity, calls_left: this.#calls },
        'history of a coin is complete',
      )
    }
    this.#run.report(this.#progress())
  }

  /** The time that the calls left take at the allowed rate, or at the pace so far when that is slower. */
  #toSecondsLeft(): number {
    const allowed = 60 / this.#callsPerMinute
    const pace = (this.#clock.now() - this.#startedAt) / 1000 / this.#callsDone
    return Math.ceil(this.#calls * (this.#callsDone < minPaceCalls ? allowed : Math.max(allowed, pace)))
  }

  #progress(): JobProgress {
    return {
      ...this.#counts,
      details: {
        coins_done: this.coins - this.#left.size,
        coins_total: this.coins,
        calls_left: this.#calls,
        seconds_left: this.#toSecondsLeft(),
        points_received: this.#received,
        points_held_already: this.#held,
        failed: this.#failed.slice(0, 20),
        ...countRepairs(this.#repairs),
      },
    }
  }

  /** The report of the run. Throws the last error when nothing was read. */
  end(): JobReport {
    const progress = this.#progress()
    if (this.#counts.read === 0 && this.#problem !== undefined) throw this.#problem
    const idle = this.#counts.read === 0 ? { idle: `the source has no more history of ${this.coins} coins` } : {}
    return { ...progress, ...idle, hasNewWork: this.#counts.written > 0 }
  }
}

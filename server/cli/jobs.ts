import { type JobId, jobIds } from '../../contract/pipeline.ts'
import { isUtcDay, toUtcDay } from '../../contract/time.ts'
import { toJobDeps } from '../app/jobs.ts'
import { resolveMode } from '../app/mode.ts'
import { startUpstreams } from '../app/upstreams.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { checkHistoryRange } from '../history.ts'
import { attemptJob } from '../jobs/attempt.ts'
import { isJobId, schedule } from '../jobs/schedule.ts'
import { insertAudit } from '../warehouse/audit.ts'
import { insertBackfillRequest } from '../warehouse/backfill-requests.ts'
import { getCoinName } from '../warehouse/coins.ts'
import { listJobHealth, pauseJob } from '../warehouse/job-health.ts'
import { openWarehouse, type Warehouse } from '../warehouse/open.ts'
import { applyRetention } from '../warehouse/retention.ts'
import { cancelRun, findRunningRun } from '../warehouse/runs.ts'
import { findProcess } from './state.ts'
import { answer, createTerminalLog, showProgress } from './terminal.ts'

/** Opens the warehouse for `work`, sharing the database of a running CryptoFlow. */
export async function withWarehouse<T>(
  config: Config,
  work: (warehouse: Warehouse, mode: 'live' | 'demo') => Promise<T>,
): Promise<T> {
  const log = createTerminalLog(config.LOG_LEVEL)
  const running = findProcess(config.DATA_DIR)
  const mode = running?.mode ?? (await resolveMode(config, log))
  const connection = running?.connection ?? config.DATABASE_URL
  const warehouse = await openWarehouse({ connection, dataDir: config.DATA_DIR, mode, log })
  try {
    return await work(warehouse, mode)
  } finally {
    await warehouse.close()
  }
}

/** Applies pending migrations. */
export const migrateWarehouse = (config: Config): Promise<void> =>
  withWarehouse(config, async (_warehouse, mode) =>
    answer(`  The ${mode} warehouse is up to date`, { mode, up_to_date: true }),
  )

function toJobId(name: string | undefined): JobId {
  if (name === undefined || !isJobId(name)) {
    const problem = name === undefined ? 'Job missing' : `Unknown job "${name}"`
    throw new AppError('bad_request', `${problem}. Choose one of ${jobIds.join(', ')}.`)
  }
  return name
}

type RunOptions = {
  full?: boolean | undefined
  coin?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** The requested backfill of `--coin`, `--from` and `--to`; null without them. Throws when it is invalid. */
function toBackfill(job: JobId, { coin, from, to = toUtcDay(systemClock.now()) }: RunOptions) {
  if (coin === undefined && from === undefined) return null
  if (job !== 'backfill_history' || coin === undefined || from === undefined)
    throw new AppError('bad_request', 'Use job run backfill_history --coin ID --from YYYY-MM-DD [--to YYYY-MM-DD].')
  for (const day of [from, to])
    if (!isUtcDay(day)) throw new AppError('bad_request', `"${day}" is not a date. Write it as 2026-01-31.`)
  checkHistoryRange({ from, to }, systemClock.now())
  return { coin, from, to }
}

/** Runs one job and shows its progress. Ctrl-C stops it at its next checkpoint. Exit code 1 when it fails. */
async function runJob(config: Config, name: string | undefined, runOptions: RunOptions): Promise<void> {
  const job = toJobId(name)
  const { full = false } = runOptions
  const backfill = toBackfill(job, runOptions)
  const stopping = new AbortController()
  const onSignal = () => stopping.abort(new Error('stopped before it finished'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  await withWarehouse(config, async (warehouse, mode) => {
    if (backfill !== null) await requestBackfill(warehouse, backfill)
    const level = process.stderr.isTTY && config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL
    const log = createTerminalLog(level)
    const upstreams = await startUpstreams(config, { mode, log })
    const options = {
      ...toJobDeps(config, warehouse, upstreams),
      log,
      onProgress: showProgress,
    }
    const outcome = await attemptJob(options, { job, trigger: 'manual', full, stopping: stopping.signal })
    const { afterEachRun } = schedule[job]
    if (afterEachRun !== undefined && !stopping.signal.aborted)
      await attemptJob(
        { ...options, onProgress: undefined },
        { job: afterEachRun, trigger: 'schedule', stopping: stopping.signal },
      )
    await upstreams.stop()
    const { read = 0, written = 0, rejected = 0 } = outcome
    const reason =
      outcome.error ?? outcome.details?.idle ?? `${read} rows read, ${written} written, ${rejected} rejected`
    answer(`  ${job}, run ${outcome.id}: ${outcome.status}, ${reason}`, { job_id: job, ...outcome })
    if (outcome.status === 'failed' || outcome.status === 'lost') process.exitCode = 1
  })
}

async function requestBackfill(
  { db }: Warehouse,
  { coin, from, to }: { coin: string; from: string; to: string },
): Promise<void> {
  const { coin_id } = await getCoinName(db, coin)
  await insertBackfillRequest(db, { coin_id, from, to })
  await insertAudit(db, { action: 'backfill_requested', details: { coin_id, from, to } })
}

/** Pauses or resumes the schedule of a job in every process. */
const pauseSchedule = (config: Config, verb: 'pause' | 'resume', name: string | undefined): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const job = toJobId(name)
    const paused = await pauseJob(db, job, verb === 'pause')
    if (paused === undefined) throw new AppError('conflict', `${job} has no schedule yet. Start CryptoFlow first.`)
    await insertAudit(db, { action: verb === 'pause' ? 'job_paused' : 'job_resumed', details: { job_id: job } })
    const outcome = verb === 'pause' ? 'paused, only manual runs start' : 'resumed at its next scheduled time'
    answer(`  ${job}: ${outcome}`, { job_id: job, ...paused })
  })

const toLocal = (instant: string | null): string => (instant === null ? '-' : instant.slice(0, 16).replace('T', ' '))

/** Lists the jobs with state, last run and next run (UTC). */
const listJobs = (config: Config): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const row = (...cells: string[]) =>
      `  ${cells.map((cell, index) => cell.padEnd([20, 18, 18, 18, 13][index] ?? 0)).join(' ')}`.trimEnd()
    const jobs = await listJobHealth(db)
    const lines = [row('JOB', 'STATE', 'LAST RUN (UTC)', 'NEXT RUN (UTC)', 'SCHEDULE')]
    for (const job of jobs) {
      const state = `${job.state.replace('_', ' ')}${job.is_running ? ', running' : ''}`
      lines.push(row(job.job_id, state, toLocal(job.last_run_time), toLocal(job.next_run_at), job.schedule ?? '-'))
      if (job.state === 'failing' && job.last_error !== null) lines.push(`    ${job.last_error}`)
    }
    answer(lines, jobs)
  })

/** Cancels a run, given by its ID or its job. It stops at its next checkpoint. */
const cancelJob = (config: Config, name: string | undefined): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const id = name !== undefined && /^\d+$/.test(name) ? Number(name) : await findRunningRun(db, toJobId(name))
    const job = id === undefined ? undefined : await cancelRun(db, id)
    if (job === undefined) throw new AppError('not_found', `No run of ${name} is in progress.`)
    answer(`  Cancelled run ${id} of ${job}. It writes nothing more.`, { run: id, job_id: job })
  })

/** Drops months of raw facts older than RETAIN_RAW_DAYS that have their candles. */
export const retain = (config: Config): Promise<void> => {
  const { RETAIN_RAW_DAYS: retainRawDays } = config
  if (retainRawDays === 0)
    throw new AppError('bad_request', 'Raw facts are kept forever. Set RETAIN_RAW_DAYS to drop older ones.')
  return withWarehouse(config, async ({ pool }) => {
    const dropped = await applyRetention(pool, { retainRawDays, now: systemClock.now() })
    answer(`  Dropped months: ${dropped.length === 0 ? 'none' : dropped.join(', ')}. Their candles are kept.`, {
      dropped,
    })
  })
}

/** `job list`, and `run`, `pause`, `resume` and `cancel` of a job. */
export function runJobCommand(config: Config, [verb, name]: string[], options: RunOptions): Promise<void> {
  switch (verb) {
    case 'list':
      return listJobs(config)
    case 'run':
      return runJob(config, name, options)
    case 'pause':
    case 'resume':
      return pauseSchedule(config, verb, name)
    case 'cancel':
      return cancelJob(config, name)
  }
  throw new AppError('bad_request', 'Use job list, or job run, pause, resume or cancel with the name of a job.')
}

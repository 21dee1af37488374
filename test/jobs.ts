import { systemClock } from '../server/clock.ts'
import { SourceError } from '../server/errors.ts'
import { type Attempt, type AttemptOptions, type AttemptOutcome, attemptJob } from '../server/jobs/attempt.ts'
import type { JobDeps } from '../server/jobs/job.ts'
import { createRunner, type Runner } from '../server/jobs/runner.ts'
import { claimRun } from '../server/warehouse/runs.ts'
import { quietLog, type TestDatabase } from './database.ts'

type Market = JobDeps['market']

/** A market without coins and history, except for `parts`. */
const toMarket = (parts: Partial<Market>): Market => ({
  callsPerMinute: 6000,
  fetchSnapshots: async () => ({ source: 'test', snapshots: [], rejected: [] }),
  fetchHistory: async () => ({ source: 'test', received: 0, points: [], rejected: [] }),
  fetchRates: async () => [],
  ...parts,
})

export const toJobOptions = (
  { db, pool }: Pick<TestDatabase, 'db' | 'pool'>,
  market: Partial<Market>,
  options: Partial<AttemptOptions> = {},
): AttemptOptions => ({
  db,
  pool,
  market: toMarket(market),
  images: {
    fetchImage: async () => Promise.reject(new SourceError('test', 'rate_limited', 'The test has no images.')),
  },
  candles: [],
  clock: systemClock,
  trackedCoins: 50,
  retainRawDays: 0,
  history: { days: 365, coins: 0 },
  correlationCoins: 50,
  riskFreeRate: 0,
  log: quietLog,
  ...options,
})

/** A worker without schedules: the hour of the test has no effect. */
export const openRunner = (
  database: Pick<TestDatabase, 'db' | 'pool' | 'connection'>,
  market: Partial<Market>,
  options: Partial<AttemptOptions> = {},
): Runner =>
  createRunner({ ...toJobOptions(database, market, options), connection: database.connection, schedules: false })

/** Runs a job once in this process, with the trigger `manual` by default. */
export const runJob = (
  options: AttemptOptions,
  job: Attempt['job'],
  attempt: Partial<Attempt> = {},
): Promise<AttemptOutcome> =>
  attemptJob(options, { job, trigger: 'manual', stopping: new AbortController().signal, ...attempt })

/** Opens a run and returns its id. */
export const openRun = async ({ db }: Pick<TestDatabase, 'db'>, jobId = 'ingest_market_data'): Promise<number> =>
  (await claimRun(db, { jobId, trigger: 'manual', attempt: 1 })).id

import { systemClock } from '../server/clock.ts'
import { type Attempt, type AttemptOptions, type AttemptOutcome, attemptJob } from '../server/jobs/attempt.ts'
import type { JobDeps } from '../server/jobs/job.ts'
import { createRunner, type Runner } from '../server/jobs/runner.ts'
import { claimRun } from '../server/warehouse/runs.ts'
import { quietLog, type TestDatabase } from './database.ts'

type Market = JobDeps['market']

/** A market that lists nothing and has no past, except for what `parts` say. */
const toMarket = (parts: Partial<Market>): Market => ({
  callsPerMinute: 6000,
  fetchSnapshots: async () => ({ source: 'test', snapshots: [], rejected: [] }),
  fetchHistory: async () => ({ source: 'test', received: 0, points: [], rejected: [] }),
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
  clock: systemClock,
  trackedCoins: 50,
  retainRawDays: 0,
  correlationCoins: 50,
  riskFreeRate: 0,
  log: quietLog,
  ...options,
})

/** A worker that runs what a start and the test ask for, and nothing because of the hour at which the test runs. */
export const openRunner = (
  database: Pick<TestDatabase, 'db' | 'pool' | 'connection'>,
  market: Partial<Market>,
  options: Partial<AttemptOptions> = {},
): Runner =>
  createRunner({ ...toJobOptions(database, market, options), connection: database.connection, schedules: false })

/** One run of a job here and now, by hand unless `attempt` says more. */
export const runJob = (
  options: AttemptOptions,
  job: Attempt['job'],
  attempt: Partial<Attempt> = {},
): Promise<AttemptOutcome> =>
  attemptJob(options, { job, trigger: 'manual', stopping: new AbortController().signal, ...attempt })

/** The id of a run that is in progress, for what is written in one. */
export const openRun = async ({ db }: Pick<TestDatabase, 'db'>, jobId = 'ingest_market_data'): Promise<number> =>
  (await claimRun(db, { jobId, trigger: 'manual', attempt: 1 })).id

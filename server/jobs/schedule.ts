import { CronExpressionParser } from 'cron-parser'
import type { JobId } from '../../contract/pipeline.ts'
import { jobIds } from '../../contract/pipeline.ts'
import { backfillHistory } from './backfill-history.ts'
import { computeAnalytics } from './compute-analytics.ts'
import { dataQualityChecks } from './data-quality-checks.ts'
import { ingestMarketData } from './ingest-market-data.ts'
import type { Job } from './job.ts'
import { transformAggregates } from './transform-aggregates.ts'

type Line = {
  run: Job
  /** UTC. */
  cron: string
  /** After this a run is cut. */
  timeoutMs: number
  /** How late a run may begin before the job counts as late. */
  graceMs: number
  /** How often a failed run is tried again before the schedule has its turn. */
  retries: number
  /** What runs after it: on a start always, else when it brought new work. */
  next: JobId | null
  /** What runs after each attempt, however it ended. */
  each?: JobId
}

const minutes = (count: number): number => count * 60_000

/** Every job: what it runs, when, for how long at most, how often it is tried again, and what follows it. */
export const schedule: Record<JobId, Line> = {
  ingest_market_data: {
    run: ingestMarketData,
    cron: '*/10 * * * *',
    timeoutMs: minutes(9),
    graceMs: minutes(5),
    retries: 5,
    next: 'backfill_history',
    each: 'data_quality_checks',
  },
  backfill_history: {
    run: backfillHistory,
    cron: '5 * * * *',
    timeoutMs: minutes(55),
    graceMs: minutes(15),
    retries: 3,
    next: 'transform_aggregates',
  },
  transform_aggregates: {
    run: transformAggregates,
    cron: '0 3 * * *',
    timeoutMs: minutes(60),
    graceMs: minutes(60),
    retries: 5,
    next: 'compute_analytics',
  },
  compute_analytics: {
    run: computeAnalytics,
    cron: '0 4 * * *',
    timeoutMs: minutes(60),
    graceMs: minutes(60),
    retries: 5,
    next: 'data_quality_checks',
  },
  data_quality_checks: {
    run: dataQualityChecks,
    cron: '15 * * * *',
    timeoutMs: minutes(5),
    graceMs: minutes(15),
    retries: 2,
    next: null,
  },
}

export const isJobId = (name: string): name is JobId => jobIds.some((id) => id === name)

/** When a job is due next after `now` (ms since 1970). */
export const toNextRun = (job: JobId, now: number): Date =>
  CronExpressionParser.parse(schedule[job].cron, { tz: 'UTC', currentDate: new Date(now) })
    .next()
    .toDate()

import { CronExpressionParser } from 'cron-parser'
import { type JobId, jobIds } from '../../contract/pipeline.ts'
import { minuteMs } from '../../contract/time.ts'
import { backfillHistory } from './backfill-history.ts'
import { computeAnalytics } from './compute-analytics.ts'
import { dataQualityChecks } from './data-quality-checks.ts'
import { exchangeCandles } from './exchange-candles.ts'
import { ingestMarketData } from './ingest-market-data.ts'
import type { Job } from './job.ts'
import { transformAggregates } from './transform-aggregates.ts'

type ScheduledJob = {
  run: Job
  /** Cron expression, UTC. */
  cron: string
  timeoutMs: number
  /** How long after its scheduled time a job counts as late. */
  graceMs: number
  /** Up to so many retries before the next scheduled run. */
  maxRetries: number
  /** The pause between further retries, until the next scheduled run, while the database is unavailable. */
  outagePauseMs: number
  /** The job that runs after it: always in a startup chain, else when there is new work. */
  triggers: JobId | null
  /** The job that runs beside `triggers` in a startup chain, or when there is new work. */
  alsoTriggers?: JobId
  /** The job that runs after each attempt, failed or not. */
  afterEachRun?: JobId
}

const minutes = (count: number): number => count * minuteMs

export const schedule: Record<JobId, ScheduledJob> = {
  ingest_market_data: {
    run: ingestMarketData,
    cron: '*/10 * * * *',
    timeoutMs: minutes(9),
    graceMs: minutes(5),
    maxRetries: 5,
    outagePauseMs: 15_000,
    triggers: 'backfill_history',
    alsoTriggers: 'exchange_candles',
    afterEachRun: 'data_quality_checks',
  },
  exchange_candles: {
    run: exchangeCandles,
    cron: '2 * * * *',
    timeoutMs: minutes(55),
    graceMs: minutes(15),
    maxRetries: 3,
    outagePauseMs: minutes(5),
    triggers: null,
  },
  backfill_history: {
    run: backfillHistory,
    cron: '5 * * * *',
    timeoutMs: minutes(55),
    graceMs: minutes(15),
    maxRetries: 3,
    outagePauseMs: minutes(5),
    triggers: 'transform_aggregates',
  },
  transform_aggregates: {
    run: transformAggregates,
    cron: '0 3 * * *',
    timeoutMs: minutes(60),
    graceMs: minutes(60),
    maxRetries: 5,
    outagePauseMs: minutes(5),
    triggers: 'compute_analytics',
  },
  compute_analytics: {
    run: computeAnalytics,
    cron: '0 4 * * *',
    timeoutMs: minutes(60),
    graceMs: minutes(60),
    maxRetries: 5,
    outagePauseMs: minutes(5),
    triggers: 'data_quality_checks',
  },
  data_quality_checks: {
    run: dataQualityChecks,
    cron: '15 * * * *',
    timeoutMs: minutes(5),
    graceMs: minutes(15),
    maxRetries: 2,
    outagePauseMs: minutes(5),
    triggers: null,
  },
}

export const isJobId = (name: string): name is JobId => jobIds.some((id) => id === name)

/** The next scheduled time of a job after `now` (ms since 1970). */
export const findNextRun = (job: JobId, now: number): Date =>
  CronExpressionParser.parse(schedule[job].cron, { tz: 'UTC', currentDate: new Date(now) })
    .next()
    .toDate()

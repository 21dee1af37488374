import { tickMs } from '../clock.ts'
import { ingestMarketData } from './ingest-market-data.ts'
import type { Job } from './job.ts'

/** Every job with its interval in ms, counted from midnight UTC, and the time after which a run is cut. */
export const schedule = {
  ingest_market_data: { run: ingestMarketData, everyMs: tickMs, timeoutMs: 540_000 },
} satisfies Record<string, { run: Job; everyMs: number; timeoutMs: number }>

export type JobId = keyof typeof schedule

export const jobIds = Object.keys(schedule) as JobId[]

export const isJobId = (name: string): name is JobId => Object.hasOwn(schedule, name)

import { PgBoss } from 'pg-boss'
import type { RunTrigger } from '../../contract/pipeline.ts'
import { type Connection, toPoolConfig } from '../warehouse/connect.ts'

/**
 * What waits in the queue: why a run is wanted, which attempt it is, and whether what follows it is wanted too. `due`:
 * the time of a retry, which is made only while the warehouse knows it as the one that waits.
 */
export type Task = { trigger: RunTrigger; count: number; chain: boolean; due?: string }

type QueueOptions = { works: boolean; schedules?: boolean | undefined }

const toWork = {
  max: 4,
  superviseIntervalSeconds: 5,
  monitorIntervalSeconds: 5,
  cronMonitorIntervalSeconds: 1,
  cronWorkerIntervalSeconds: 1,
}

const toAsk = { max: 1, supervise: false, schedule: false, migrate: false, createSchema: false }

/**
 * The queue of the jobs in the database, not yet started. `works`: this process does what waits in it; `schedules`: it
 * also sends what is due.
 */
export const openQueue = (connection: Connection, { works, schedules = works }: QueueOptions): PgBoss =>
  new PgBoss({
    ...toPoolConfig(connection),
    schema: 'pgboss',
    application_name: 'cryptoflow queue',
    registerInstance: false,
    openTelemetry: { enabled: false },
    ...(works ? { ...toWork, schedule: schedules } : toAsk),
  })

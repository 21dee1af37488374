import { PgBoss } from 'pg-boss'
import type { RunTrigger } from '../../contract/pipeline.ts'
import { type Connection, toPoolConfig } from '../warehouse/connect.ts'

/**
 * A queued run. `count`: attempt number; `chain`: the triggered jobs run too, whether or not they have new work; `due`:
 * the time of a retry, which is dropped unless it equals pipeline_jobs.retry_at.
 */
export type Task = { trigger: RunTrigger; count: number; chain: boolean; due?: string }

type QueueOptions = { works: boolean; schedules?: boolean | undefined }

const workerOptions = {
  max: 4,
  superviseIntervalSeconds: 5,
  monitorIntervalSeconds: 5,
  cronMonitorIntervalSeconds: 1,
  cronWorkerIntervalSeconds: 1,
}

const clientOptions = { max: 1, supervise: false, schedule: false, migrate: false, createSchema: false }

/**
 * The job queue in the database, not yet started. `works`: this process runs queued jobs; `schedules`: it also queues
 * scheduled runs.
 */
export const openQueue = (connection: Connection, { works, schedules = works }: QueueOptions): PgBoss =>
  new PgBoss({
    ...toPoolConfig(connection),
    schema: 'pgboss',
    application_name: 'cryptoflow queue',
    registerInstance: false,
    openTelemetry: { enabled: false },
    ...(works ? { ...workerOptions, schedule: schedules } : clientOptions),
  })

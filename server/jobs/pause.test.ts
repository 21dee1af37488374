import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PgBoss } from 'pg-boss'
import { jobIds } from '../../contract/pipeline.ts'
import { createTestDatabase } from '../../test/database.ts'
import { openRunner } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { pauseJob } from '../warehouse/job-health.ts'
import { upsertSchedule } from '../warehouse/pipeline.ts'
import type { Task } from './queue.ts'

const otherWorker = fileURLToPath(new URL('../../test/pause-child.ts', import.meta.url))

test('a paused job starts manual runs only, in every process, and the rest of the startup chain runs', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { db, pool, connection } = database
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('a')], rejected: [] })
  const listRuns = async (job: string): Promise<string[]> =>
    (
      await pool.query(`select trigger from pipeline_runs where job_id = $1 and status <> 'running' order by id`, [job])
    ).rows.map(({ trigger }) => trigger)
  const waitForRuns = (job: string, count: number) =>
    waitFor(async () => (await listRuns(job)).length >= count, `${count} runs of ${job}`)
  const nextRunAt = new Date().toISOString()
  const timing = { cron: '0 0 1 1 *', timeout_seconds: 60, grace_seconds: 60, next_run_at: nextRunAt }
  await upsertSchedule(
    db,
    jobIds.map((job_id, position) => ({ job_id, position, ...timing })),
  )
  await pauseJob(db, 'ingest_market_data', true)
  const child = spawn(process.execPath, [otherWorker, JSON.stringify(connection)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const here = openRunner(database, { fetchSnapshots })
  t.after(here.stop)
  await Promise.all([once(child.stdout, 'data'), here.start()])
  await waitForRuns('backfill_history', 2)
  const queue = new PgBoss({ ...connection, schema: 'pgboss', supervise: false, schedule: false })
  queue.on('error', () => undefined)
  await queue.start()
  t.after(() => queue.stop({ graceful: false }))
  const send = (trigger: Task['trigger']) =>
    queue.send('ingest_market_data', { trigger, count: 1, chain: false } satisfies Task)
  const scheduled = await Promise.all(Array.from({ length: 4 }, () => send('schedule')))
  const isDone = async (id: string | null) =>
    (await queue.findJobs('ingest_market_data', { id: id ?? '' })).every(({ state }) => state === 'completed')
  await waitFor(async () => (await Promise.all(scheduled.map(isDone))).every(Boolean), 'the scheduled tasks to end')
  assert.deepEqual(await listRuns('ingest_market_data'), [], 'neither process ran a startup or scheduled task')
  await send('manual')
  await waitForRuns('ingest_market_data', 1)
  await pauseJob(db, 'ingest_market_data', false)
  await send('schedule')
  await waitForRuns('ingest_market_data', 2)
  assert.deepEqual(await listRuns('ingest_market_data'), ['manual', 'schedule'])
})

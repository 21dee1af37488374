import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobHealth } from '../contract/pipeline.ts'
import type { TableQuality } from '../contract/quality.ts'
import type { Readiness } from '../contract/status.ts'
import { SourceError } from '../server/errors.ts'
import { createApi } from './api.ts'
import { createTestDatabase } from './database.ts'
import { openRunner } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'
import { waitFor } from './wait.ts'

test('health, quality and readiness agree while ingest fails, after a restart and on recovery', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  let isDown = true
  const fetchSnapshots = async () => {
    if (isDown) throw new SourceError('coingecko', 'unreachable', 'down', { retryAfterMs: 60_000 })
    return { source: 'test', snapshots: [toSnapshot('a')], rejected: [] }
  }
  const app = await createApi(database.db)
  t.after(() => app.close())
  const start = async () => {
    const runner = openRunner(database, { fetchSnapshots })
    t.after(runner.stop)
    await runner.start()
    return runner
  }
  const get = async <T>(path: string): Promise<T> => (await app.inject(path)).json() as T
  /** Waits until health, quality and readiness all report `state`, and the checks have seen `failures`. */
  const agree = (state: JobHealth['state'], failures: number) =>
    waitFor(
      async () => {
        const jobs = await get<JobHealth[]>('/api/v1/pipeline/health')
        const ingest = jobs.find(({ job_id }) => job_id === 'ingest_market_data')
        const { ingest: ready } = await get<Readiness>('/readyz')
        const tables = await get<TableQuality[]>('/api/v1/quality/summary')
        const runs = tables.find(({ table_name }) => table_name === 'pipeline_runs')
        return (
          ingest?.state === state &&
          ready.state === (state === 'healthy' ? 'ok' : 'failing') &&
          ready.problem === (state === 'healthy' ? null : ingest.last_error) &&
          ready.next_attempt_at === ingest.next_run_at &&
          ready.last_success_at === ingest.last_success_at &&
          runs?.warnings === (failures > 0 ? 1 : 0) &&
          runs.passed === (failures > 0 ? 0 : 1)
        )
      },
      `${state} after ${failures} failures`,
      60_000,
    )
  const before = await start()
  await agree('failing', 1)
  await before.stop()
  await agree('failing', 1)
  const after = await start()
  await agree('failing', 2)
  await after.stop()
  isDown = false
  await start()
  await agree('healthy', 0)
  assert.equal((await get<Readiness>('/readyz')).ingest.problem, null)
})

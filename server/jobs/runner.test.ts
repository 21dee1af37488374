import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { PgBoss } from 'pg-boss'
import { analyticsPeriods } from '../../contract/analytics.ts'
import { jobIds } from '../../contract/pipeline.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { openRunner, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { SourceError } from '../errors.ts'
import type { HistoryBatch } from '../history.ts'
import type { SnapshotBatch } from '../snapshot.ts'
import { listJobHealth } from '../warehouse/job-health.ts'
import type { JobDeps } from './job.ts'
import { createRunner } from './runner.ts'
import { schedule } from './schedule.ts'

const batch = (...ids: string[]): SnapshotBatch => ({
  source: 'test',
  snapshots: ids.map((id) => toSnapshot(id)),
  rejected: [],
})

async function open(t: TestContext, market: Partial<JobDeps['market']>) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool } = database
  const createOne = () => openRunner(database, market)
  const listRuns = async () =>
    (
      await pool.query(
        'select job_id, status, trigger, attempt, error, queue_id, heartbeat_at from pipeline_runs order by id',
      )
    ).rows
  const waitForRuns = (count: number) =>
    waitFor(
      async () => (await listRuns()).filter(({ status }) => status !== 'running').length >= count,
      `${count} runs`,
    )
  return { ...database, createOne, listRuns, waitForRuns }
}

test('startup runs every job in order and stores the next scheduled times', async (t) => {
  const begin = Date.now()
  const at = Math.floor(begin / dayMs) * dayMs - dayMs
  const fetchHistory = async (): Promise<HistoryBatch> => ({
    source: 'test',
    received: 1,
    points: [{ at, price_usd: 5, market_cap: null, volume: null }],
    rejected: [],
  })
  const { createOne, db, pool, listRuns, waitForRuns } = await open(t, {
    fetchSnapshots: async () => batch('a'),
    fetchHistory,
  })
  const runner = createOne()
  t.after(runner.stop)
  await runner.start()
  await waitForRuns(6)
  const runs = (await listRuns()).map(({ job_id, status, trigger }) => [job_id, status, trigger])
  // Candles are fetched beside the history. The test has no exchange.
  const exchange = ['exchange_candles', 'skipped', 'startup']
  assert.deepEqual(runs.filter(([job]) => job === 'exchange_candles').slice(0, 1), [exchange])
  const chain = jobIds.filter((job) => job !== 'exchange_candles')
  assert.deepEqual(
    runs.filter(([job]) => job !== 'exchange_candles').slice(0, chain.length),
    chain.map((job) => [job, 'success', 'startup']),
  )
  const { rows } = await pool.query('select open, samples from fact_daily_ohlcv')
  assert.deepEqual(rows, Array(2).fill({ open: 5, samples: 1 }), 'a price at midnight is in two days')
  const { rows: risks } = await pool.query(
    'select period_days, observations, volatility from analytics_volatility order by 1',
  )
  assert.deepEqual(
    risks,
    analyticsPeriods.map((period_days) => ({ period_days, observations: 0, volatility: null })),
  )
  for (const { state, next_run_at, data_freshness_minutes } of await listJobHealth(db)) {
    assert.equal(state, 'healthy')
    assert.ok(Date.parse(next_run_at ?? '') > begin)
    assert.ok(data_freshness_minutes !== null && data_freshness_minutes >= 0)
  }
})

test('the checks run after each scheduled ingest, successful or not', async (t) => {
  let isDown = false
  const { connection, createOne, listRuns } = await open(t, {
    fetchSnapshots: async () => {
      if (isDown) throw new SourceError('coingecko', 'unreachable', 'down', { retryAfterMs: hourMs })
      return batch('a')
    },
  })
  const runner = createOne()
  t.after(runner.stop)
  await runner.start()
  const waitForChecks = (trigger: string, count: number) =>
    waitFor(async () => {
      const checks = (await listRuns()).filter((run) => run.job_id === 'data_quality_checks' && run.trigger === trigger)
      return checks.filter(({ status }) => status === 'success').length >= count
    }, `${count} runs of the checks by ${trigger}`)
  await waitForChecks('startup', 1)
  const queue = new PgBoss({ ...connection, schema: 'pgboss' })
  queue.on('error', () => undefined)
  await queue.start()
  const ingest = (count: number) => queue.send('ingest_market_data', { trigger: 'schedule', count, chain: false })
  await ingest(1)
  await waitForChecks('schedule', 1)
  isDown = true
  await ingest(6)
  await waitForChecks('schedule', 2)
  await queue.stop({ graceful: false })
  const ended = (await listRuns()).filter(({ job_id }) => job_id === 'ingest_market_data').map(({ status }) => status)
  assert.deepEqual([ended.at(0), ended.at(-1)], ['success', 'failed'])
})

test('scheduled jobs run when due', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { connection, pool } = database
  const runner = createRunner({ ...toJobOptions(database, {}), connection })
  t.after(runner.stop)
  await runner.start()
  const { rows } = await pool.query('select name, cron, timezone from pgboss.schedule')
  const wanted = jobIds.map((name) => ({ name, cron: schedule[name].cron, timezone: 'UTC' }))
  assert.deepEqual(new Set(rows), new Set(wanted))
  await pool.query(`update pgboss.schedule set cron = '* * * * *' where name = 'backfill_history'`)
  const isRun = `select 1 from pipeline_runs where (job_id, trigger) = ('backfill_history', 'schedule')`
  await waitFor(async () => (await pool.query(isRun)).rowCount, 'a run by schedule')
})

test('retries a failed run, and a stop leaves the run in progress cancelled', async (t) => {
  let calls = 0
  const { createOne, listRuns } = await open(t, {
    fetchSnapshots: async (_top, signal) => {
      calls += 1
      if (calls === 1) throw new SourceError('coingecko', 'unreachable', 'down', { retryAfterMs: 10 })
      return new Promise<SnapshotBatch>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    },
  })
  const runner = createOne()
  t.after(runner.stop)
  await runner.start()
  await waitFor(() => calls === 2)
  await runner.stop()
  const ingests = (await listRuns()).filter(({ job_id }) => job_id === 'ingest_market_data')
  assert.deepEqual(
    ingests.map(({ status, trigger, attempt, error }) => [status, trigger, attempt, error]),
    [
      ['failed', 'startup', 1, 'down'],
      ['cancelled', 'retry', 2, 'stopped before it finished; the next run continues'],
    ],
  )
})

test('two workers share one queue and run one run of a job at a time', async (t) => {
  let running = 0
  let most = 0
  const { createOne, listRuns, waitForRuns, pool } = await open(t, {
    fetchSnapshots: async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return batch('a', 'b')
    },
  })
  const runners = [createOne(), createOne()]
  t.after(() => Promise.all(runners.map((runner) => runner.stop())))
  await Promise.all(runners.map((runner) => runner.start()))
  await waitForRuns(5)
  assert.equal(most, 1)
  const runs = await listRuns()
  assert.ok(
    runs.every(({ status }) => ['success', 'skipped', 'running'].includes(status)),
    JSON.stringify(runs),
  )
  const { rows } = await pool.query(
    'select count(*)::int as n, count(distinct (coin_id, timestamp))::int as d from fact_market_data',
  )
  assert.equal(rows[0].n, rows[0].d)
})

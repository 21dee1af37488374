import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { CronExpressionParser } from 'cron-parser'
import type { JobHealth } from '../../contract/pipeline.ts'
import { tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { listJobHealth, pauseJob } from './job-health.ts'
import { upsertSchedule } from './pipeline.ts'
import { claimRetry, setRetry } from './retries.ts'

const job = 'ingest_market_data'
const graceSeconds = 300

/** A warehouse whose ingest is scheduled every ten minutes; instants are the database's, since it judges by them. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { db, pool } = database
  const { rows } = await pool.query<{ now: string }>('select now() as now')
  const now = Date.parse(rows[0]?.now ?? '')
  const cron = CronExpressionParser.parse('*/10 * * * *', { tz: 'UTC', currentDate: new Date(now) })
  const next = cron.next().getTime()
  const register = () =>
    upsertSchedule(db, [
      {
        job_id: job,
        position: 0,
        cron: '*/10 * * * *',
        timeout_seconds: 540,
        grace_seconds: graceSeconds,
        next_run_at: new Date(next).toISOString(),
      },
    ])
  await register()
  const run = (status: string, start: number, error: string | null = null) =>
    pool.query(
      `insert into pipeline_runs (job_id, trigger, status, start_time, end_time, error, records_processed)
       values ($1, 'schedule', $2, $3, $4, $5, 1)`,
      [job, status, new Date(start), status === 'running' ? null : new Date(start + 1000), error],
    )
  const getHealth = async (): Promise<JobHealth> => {
    const health = (await listJobHealth(db)).find(({ job_id }) => job_id === job)
    assert.ok(health)
    return health
  }
  const getState = async () => (await getHealth()).state
  return { ...database, now, next, register, run, getHealth, getState }
}

/** The scheduled time at or before an instant. */
const toLastDue = (at: number): number =>
  CronExpressionParser.parse('*/10 * * * *', { tz: 'UTC', currentDate: new Date(at) })
    .prev()
    .getTime()

/** When a success began whose next scheduled time is past by more than the grace. */
const toLateStart = (now: number): number => toLastDue(now - graceSeconds * 1000 - 1000) - 1

test('a job that never ran has no freshness and no success', async (t) => {
  const { pool, getHealth } = await open(t)
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values ('a', 'a', 'A', now(), now());
    insert into latest_market_data (coin_id, timestamp, price_usd) select id, now(), 1 from dim_coin`)
  const { state, is_healthy, data_freshness_minutes, last_success_at, last_run_time } = await getHealth()
  assert.deepEqual(
    [state, is_healthy, data_freshness_minutes, last_success_at, last_run_time],
    ['never_run', false, null, null, null],
  )
})

test('the freshness of a job without data is null, and never negative', async (t) => {
  const { pool, now, run, getHealth } = await open(t)
  await run('failed', now - 1000, 'x')
  assert.equal((await getHealth()).data_freshness_minutes, null)
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values ('a', 'a', 'A', now(), now());
    insert into latest_market_data (coin_id, timestamp, price_usd) select id, now() + interval '3 minutes', 1 from dim_coin;
    refresh materialized view mv_latest_market_data`)
  assert.equal((await getHealth()).data_freshness_minutes, 0)
})

test('a job is late when the scheduled time after its last success is past by more than the grace', async (t) => {
  const { pool, now, run, getState } = await open(t)
  const lastDue = toLastDue(now)
  await run('success', lastDue + 1)
  assert.equal(await getState(), 'healthy', 'the success of the current period')
  const setGrace = (ms: number) =>
    pool.query('update pipeline_jobs set grace_seconds = $1', [Math.max(1, Math.round(ms / 1000))])
  await pool.query('update pipeline_runs set start_time = $1', [new Date(lastDue - 1)])
  const age = now - lastDue
  await setGrace(age + 60_000)
  assert.equal(await getState(), 'healthy', 'within the grace')
  await pool.query('update pipeline_runs set start_time = $1', [new Date(lastDue - 600_001)])
  await setGrace(age + tickMs - 2000)
  assert.equal(await getState(), 'late', 'past the grace')
})

test('a restart, a failure, a skipped run or a cancelled run does not make a late job healthy', async (t) => {
  const { now, register, run, getHealth, getState } = await open(t)
  await run('success', toLateStart(now))
  assert.equal(await getState(), 'late')
  await register()
  assert.equal(await getState(), 'late', 'after a restart')
  await run('skipped', now - 3000)
  await run('cancelled', now - 2000)
  assert.equal(await getState(), 'late')
  await run('failed', now - 1000, 'down')
  const { state, last_error, is_healthy } = await getHealth()
  assert.deepEqual([state, last_error, is_healthy], ['failing', 'down', false])
})

test('a job is not late while a run is in progress and its worker sends heartbeats', async (t) => {
  const { pool, now, run, getHealth } = await open(t)
  await run('success', toLateStart(now))
  await run('running', now - 30_000)
  const readState = async () => {
    const { state, is_running } = await getHealth()
    return [state, is_running]
  }
  assert.deepEqual(await readState(), ['healthy', true])
  await pool.query(`update pipeline_runs set heartbeat_at = now() - interval '13 seconds' where status = 'running'`)
  assert.deepEqual(await readState(), ['late', false])
})

test('the next run is the pending retry or the scheduled time, whichever is first; a past retry is ignored', async (t) => {
  const { db, now, next, getHealth, register } = await open(t)
  const nextRun = async () => Date.parse((await getHealth()).next_run_at ?? '')
  assert.equal(await nextRun(), next)
  const wait = (at: number) => setRetry(db, job, { at: new Date(at).toISOString(), attempt: 2, chain: false, of: null })
  await wait(next + 60_000)
  assert.equal(await nextRun(), next)
  const soon = Math.floor((now + next) / 2)
  await wait(soon)
  assert.equal(await nextRun(), soon)
  await register()
  assert.equal(await nextRun(), soon, 'a restart forgets no retry')
  await wait(now - 1000)
  assert.equal(await nextRun(), next)
})

test('a run replaces the pending retry, and a replaced retry does not run', async (t) => {
  const { db, next } = await open(t)
  const nextRunAt = new Date(next).toISOString()
  const turn = (due?: string) => claimRetry(db, { job, nextRunAt, due })
  assert.deepEqual(await turn(), { retry: null })
  await setRetry(db, job, { at: '2026-11-24T12:00:15.123Z', attempt: 3, chain: true, of: 7 })
  assert.equal(await turn('2026-11-24T12:00:15.122Z'), 'replaced')
  assert.deepEqual(await turn('2026-11-24T12:00:15.123Z'), {
    retry: { at: '2026-11-24T12:00:15.123Z', attempt: 3, chain: true, of: 7 },
  })
  assert.equal(await turn('2026-11-24T12:00:15.123Z'), 'replaced', 'it is made once')
})

test('a paused job is paused before anything else, starts manual runs only, and is not late when it resumes', async (t) => {
  const { db, now, next, run, register, getHealth, getState } = await open(t)
  await run('success', toLateStart(now))
  assert.equal(await getState(), 'late')
  const paused = await pauseJob(db, job, true)
  await run('failed', now - 1000, 'down')
  const { state, is_healthy, next_run_at, paused_at } = await getHealth()
  assert.deepEqual([state, is_healthy, next_run_at, paused_at], ['paused', false, null, paused?.paused_at])
  await register()
  assert.equal(await getState(), 'paused', 'after a restart')
  const start = { job, nextRunAt: new Date(next).toISOString(), due: undefined } as const
  await setRetry(db, job, { at: '2026-11-24T12:00:15.123Z', attempt: 3, chain: true, of: 7 })
  assert.equal(await claimRetry(db, start), 'paused')
  assert.deepEqual(await claimRetry(db, { ...start, manual: true }), { retry: null }, 'the pause ended the retry')
  assert.deepEqual(await pauseJob(db, job, true), paused, 'a second pause keeps the time')
  await run('success', toLateStart(now))
  assert.deepEqual(await pauseJob(db, job, false), { paused_at: null })
  await db.deleteFrom('pipeline_runs').where('status', '=', 'failed').execute()
  assert.equal(await getState(), 'healthy')
  assert.equal(await pauseJob(db, 'data_quality_checks', true), undefined, 'no worker has registered it')
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
import { createTestDatabase, quietLog } from '../../test/database.ts'
import { openRunner } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { type Clock, systemClock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { listTableQuality } from '../quality/summary.ts'
import { listJobHealth } from '../warehouse/job-health.ts'
import { findRun } from '../warehouse/pipeline.ts'
import { openRequests } from './requests.ts'
import { findNextRun } from './schedule.ts'

const job = 'ingest_market_data'

/** A clock that is never within two minutes of the next scheduled time, which would replace the retry. */
function toCalmClock(): Clock {
  const skew = findNextRun(job, Date.now()).getTime() - Date.now() < 2 * minuteMs ? 2 * minuteMs : 0
  return { ...systemClock, now: () => Date.now() + skew }
}

/** A worker whose source is down and asks for a long wait. `makeDue` makes every queued run due now. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool, db, connection } = database
  const clock = toCalmClock()
  const state = { isDown: true, pauseMs: minuteMs }
  const fetchSnapshots = async () => {
    if (state.isDown) throw new SourceError('coingecko', 'unreachable', 'down', { retryAfterMs: state.pauseMs })
    return { source: 'test', snapshots: [toSnapshot('a')], rejected: [] }
  }
  const start = async () => {
    const runner = openRunner(database, { fetchSnapshots }, { clock })
    t.after(runner.stop)
    await runner.start()
    return runner
  }
  const listIngests = async (): Promise<[status: string, trigger: string, attempt: number][]> =>
    (
      await pool.query(
        `select status, trigger, attempt from pipeline_runs where job_id = '${job}' and status <> 'running' order by id`,
      )
    ).rows.map(({ status, trigger, attempt }) => [status, trigger, attempt])
  const requests = openRequests(connection, quietLog)
  t.after(requests.close)
  return {
    ...database,
    clock,
    state,
    start,
    listIngests,
    runNow: () => requests.request(job),
    waitForIngests: (count: number) => waitFor(async () => (await listIngests()).length >= count, `${count} ingests`),
    getIngest: async () => (await listJobHealth(db)).find(({ job_id }) => job_id === job),
    waitForRetries: (count: number) =>
      waitFor(
        async () =>
          (
            await pool.query(
              `select from pgboss.job where name = '${job}' and state = 'created' and data->>'trigger' = 'retry'`,
            )
          ).rowCount === count,
        `${count} waiting retries`,
      ),
    makeDue: () => pool.query(`update pgboss.job set start_after = now() where name = '${job}' and state = 'created'`),
    waitForQueue: () =>
      waitFor(
        async () =>
          (
            await pool.query(
              `select from pgboss.job where name = '${job}' and state < 'completed' and start_after <= now()`,
            )
          ).rowCount === 0,
        'an empty queue',
      ),
  }
}

test('a failed attempt shows in Quality while its retry is pending', async (t) => {
  const { db, clock, start, waitForIngests, getIngest, listIngests } = await open(t)
  await start()
  await waitForIngests(1)
  assert.equal((await getIngest())?.state, 'failing')
  const runs = await waitFor(
    async () => (await listTableQuality(db, clock.now())).find(({ table_name }) => table_name === 'pipeline_runs'),
    'a result of the checks',
  )
  assert.deepEqual([runs.warnings, runs.passed], [1, 0])
  assert.deepEqual(await listIngests(), [['failed', 'startup', 1]])
})

test('an abandoned run shows in Quality', async (t) => {
  const { pool, state, start, waitForIngests } = await open(t)
  state.isDown = false
  await start()
  await waitForIngests(1)
  await pool.query(
    `insert into pipeline_runs (job_id, trigger, heartbeat_at) values ('${job}', 'manual', now() - interval '1 minute')`,
  )
  const findLost = `select from data_quality_checks where check_name = 'ingest_runs' and observed = 1`
  await waitFor(async () => (await pool.query(findLost)).rowCount, 'a result of the checks')
})

test('a manual run replaces the pending retry', async (t) => {
  const opened = await open(t)
  const { db, pool, start, waitForIngests, waitForRetries, getIngest, listIngests } = opened
  const { runNow, makeDue, waitForQueue } = opened
  await start()
  await waitForRetries(1)
  const first = (await getIngest())?.next_run_at ?? ''
  await runNow()
  await waitForRetries(2)
  const second = (await getIngest())?.next_run_at ?? ''
  assert.ok(Date.parse(second) > Date.parse(first), `${first} to ${second}`)
  await makeDue()
  await waitForIngests(3)
  await waitForQueue()
  assert.deepEqual(await listIngests(), [
    ['failed', 'startup', 1],
    ['failed', 'manual', 2],
    ['failed', 'retry', 3],
  ])
  const ids = (await pool.query(`select id from pipeline_runs where job_id = '${job}' order by id`)).rows
  for (const { id } of ids) {
    const chain = (await findRun(db, id))?.chain ?? []
    assert.deepEqual(
      chain.map((run) => [run.id, run.attempt, run.error]),
      ids.map((one, index) => [one.id, index + 1, 'down']),
    )
    assert.deepEqual(
      chain.map(({ wait_seconds, retry_at }) => [wait_seconds !== null && wait_seconds >= 0, retry_at !== null]),
      [
        [false, true],
        [true, true],
        [true, true],
      ],
    )
  }
})

test('a successful run drops the pending retry', async (t) => {
  const { state, start, waitForIngests, waitForRetries, listIngests, runNow, makeDue, waitForQueue, getIngest } =
    await open(t)
  await start()
  await waitForRetries(1)
  state.isDown = false
  await runNow()
  await waitForIngests(2)
  await makeDue()
  await waitForQueue()
  assert.deepEqual(await listIngests(), [
    ['failed', 'startup', 1],
    ['success', 'manual', 2],
  ])
  assert.equal((await getIngest())?.state, 'healthy')
})

test('a restart starts a new chain without the old retry', async (t) => {
  const { start, waitForIngests, listIngests, makeDue, waitForQueue, waitForRetries } = await open(t)
  const before = await start()
  await waitForRetries(1)
  await before.stop()
  await start()
  await waitForRetries(2)
  await makeDue()
  await waitForIngests(3)
  await waitForQueue()
  assert.deepEqual(await listIngests(), [
    ['failed', 'startup', 1],
    ['failed', 'startup', 1],
    ['failed', 'retry', 2],
  ])
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { checks } from '../quality/checks.ts'
import type { Attempt } from './attempt.ts'

const start = Date.parse('2026-11-24T12:15:00Z')
const cheap = checks.filter(({ schedule }) => schedule === 'each_ingest').map(({ name }) => name)

async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const state = { now: start }
  const clock = { ...systemClock, now: () => state.now }
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] })
  const options = toJobOptions(database, { fetchSnapshots }, { clock, trackedCoins: 1 })
  const check = async (trigger: Attempt['trigger']): Promise<string[]> => {
    const { status, error } = await runJob(options, 'data_quality_checks', { trigger })
    assert.equal(status, 'success', error)
    const { rows } = await database.pool.query(
      'select check_name from data_quality_checks where executed_at = $1 order by id',
      [new Date(state.now).toISOString()],
    )
    return rows.map(({ check_name }) => check_name)
  }
  return { ...database, state, check, ingest: () => runJob(options, 'ingest_market_data') }
}

test('scheduled runs check each_ingest always and hourly once an hour; manual and startup runs check all', async (t) => {
  const { state, check } = await open(t)
  const every = checks.map(({ name }) => name)
  assert.deepEqual(await check('schedule'), every, 'the first run')
  for (const minutes of [5, 10, 10, 10, 10, 10]) {
    state.now += minutes * minuteMs
    assert.deepEqual(await check('schedule'), cheap)
  }
  state.now = start + 60 * minuteMs
  assert.deepEqual(await check('schedule'), every)
  for (const trigger of ['manual', 'startup'] as const) {
    state.now += minuteMs
    assert.deepEqual(await check(trigger), every)
  }
})

test('results use the given clock and store numbers, samples and duration', async (t) => {
  const { state, check, ingest, pool } = await open(t)
  assert.equal((await ingest()).status, 'success')
  await check('manual')
  state.now += 55 * minuteMs
  await check('schedule')
  const { rows } = await pool.query(
    `select status, observed, warning_above, failed_above, rows_checked, duration_ms > 0 as took, details, executed_at
     from data_quality_checks where check_name = 'freshness' order by id`,
  )
  const numbers = { warning_above: 30, failed_above: 60, rows_checked: 1 }
  const declared = { ...numbers, took: true }
  assert.deepEqual(rows, [
    {
      ...declared,
      status: 'passed',
      observed: 5,
      details: { ...numbers, observed: 5, unit: 'minutes' },
      executed_at: '2026-11-24T12:15:00Z',
    },
    {
      ...declared,
      status: 'warning',
      observed: 60,
      details: { ...numbers, observed: 60, unit: 'minutes', samples: [{ latest_snapshot: '2026-11-24T12:10:00Z' }] },
      executed_at: '2026-11-24T13:10:00Z',
    },
  ])
  await assertInvariants({ pool })
})

test('results older than 30 days are deleted', async (t) => {
  const { state, check, pool } = await open(t)
  await check('manual')
  state.now += 30 * 1440 * minuteMs
  await check('manual')
  const count = async () => (await pool.query('select from data_quality_checks')).rowCount
  assert.equal(await count(), 2 * checks.length, 'exactly 30 days ago stays')
  state.now += minuteMs
  await check('schedule')
  assert.equal(await count(), checks.length + cheap.length)
})

test('checks that throw become errors and incidents, and the others still run', async (t) => {
  const { check, pool } = await open(t)
  await pool.query('drop table fact_minute_ohlc cascade')
  assert.equal((await check('manual')).length, checks.length)
  const { rows } = await pool.query(
    `select check_name from data_quality_checks where status = 'error' order by check_name`,
  )
  assert.deepEqual(rows, [{ check_name: 'batch_against_stream' }, { check_name: 'silent_stream' }])
  const { rows: incidents } = await pool.query('select check_name, details from quality_incidents order by check_name')
  assert.deepEqual(
    incidents.map(({ check_name }) => check_name),
    ['batch_against_stream', 'freshness', 'silent_stream'],
  )
  assert.match(incidents[0].details.error, /fact_minute_ohlc/)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CheckStatus } from '../../contract/quality.ts'
import { tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { inTransaction } from './db.ts'
import { listOpenIncidents, updateIncidents } from './incidents.ts'
import type { NewCheckResult } from './quality.ts'

const folds = { freshness: 'ingest_runs' }
const start = Date.parse('2026-11-24T12:00:00Z')

const toResult = (check_name: string, status: CheckStatus, observed = 1): NewCheckResult => ({
  check_name,
  table_name: 'fact_market_data',
  dimension: 'freshness',
  severity: check_name === 'ingest_runs' ? 'critical' : 'major',
  status,
  rows_checked: 1,
  observed,
  warning_above: 0,
  failed_above: 0,
  duration_ms: 1,
  details: { samples: [{ observed }] },
})

/** A warehouse with a round of results every ten minutes. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  let at = start
  const runRound = (results: Record<string, CheckStatus>, observed = 1) => {
    at += tickMs
    const round = Object.entries(results).map(([name, status]) => toResult(name, status, observed))
    return inTransaction(database.pool, (tx) =>
      updateIncidents(tx, { at: new Date(at).toISOString(), results: round, folds }),
    )
  }
  return { ...database, runRound, listOpen: () => listOpenIncidents(database.db) }
}

test('a failure opens one incident, later failures update it, two consecutive passes close it', async (t) => {
  const { runRound, listOpen, pool } = await open(t)
  assert.deepEqual(await runRound({ completeness: 'passed', anomaly_detection: 'warning' }), { opened: [], closed: [] })
  assert.deepEqual(await runRound({ completeness: 'failed' }, 12), { opened: ['completeness'], closed: [] })
  assert.deepEqual(await runRound({ completeness: 'failed' }, 14), { opened: [], closed: [] })
  assert.deepEqual(await runRound({ completeness: 'error' }, 16), { opened: [], closed: [] })
  const [incident, ...others] = await listOpen()
  assert.deepEqual(others, [])
  assert.deepEqual(
    [incident?.failures, incident?.passes, incident?.status, incident?.observed, incident?.details],
    [3, 0, 'error', 16, { samples: [{ observed: 16 }] }],
  )
  assert.deepEqual([incident?.opened_at, incident?.updated_at], ['2026-11-24T12:20:00Z', '2026-11-24T12:40:00Z'])
  assert.deepEqual(await runRound({ completeness: 'passed' }, 0), { opened: [], closed: [] })
  const [after] = await listOpen()
  assert.deepEqual([after?.passes, after?.status, after?.observed], [1, 'passed', 16], 'shows the last failure')
  assert.deepEqual(await runRound({ completeness: 'passed' }), { opened: [], closed: ['completeness'] })
  assert.deepEqual(await listOpen(), [])
  assert.deepEqual(await runRound({ completeness: 'failed' }), { opened: ['completeness'], closed: [] })
  const { rows } = await pool.query('select failures, closed_at from quality_incidents order by id')
  assert.deepEqual(rows, [
    { failures: 3, closed_at: '2026-11-24T13:00:00Z' },
    { failures: 1, closed_at: null },
  ])
})

test('a warning, a failure or no data between two passes keeps the incident open', async (t) => {
  const { runRound, listOpen } = await open(t)
  await runRound({ completeness: 'failed' })
  for (const between of ['warning', 'failed'] as const) {
    await runRound({ completeness: 'passed' })
    await runRound({ completeness: between })
    await runRound({ completeness: 'passed' })
    assert.equal((await listOpen()).length, 1, between)
    await runRound({ completeness: 'warning' })
  }
  await runRound({ completeness: 'no_data' })
  await runRound({ completeness: 'no_data' })
  assert.equal((await listOpen())[0]?.passes, 0)
})

test('a freshness failure belongs to the incident of a failing ingest', async (t) => {
  const { runRound, listOpen } = await open(t)
  const open_ = async () => (await listOpen()).map(({ check_name, folded }) => [check_name, folded])
  await runRound({ freshness: 'failed', completeness: 'failed' })
  assert.deepEqual(await open_(), [
    ['freshness', []],
    ['completeness', []],
  ])
  await runRound({ freshness: 'failed', ingest_runs: 'failed', completeness: 'failed' })
  assert.deepEqual(await open_(), [
    ['ingest_runs', ['freshness']],
    ['completeness', []],
  ])
  await runRound({ freshness: 'passed', ingest_runs: 'passed', completeness: 'passed' })
  await runRound({ freshness: 'failed', ingest_runs: 'passed', completeness: 'passed' })
  assert.deepEqual(await open_(), [['freshness', []]], 'its own incident once the ingest works')
})

test('concurrent rounds open one incident and count every failure', async (t) => {
  const { runRound, listOpen } = await open(t)
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => runRound({ completeness: 'failed', freshness: 'failed', ingest_runs: 'failed' })),
  )
  assert.equal(outcomes.flatMap(({ opened }) => opened).length, 3)
  const [incident, ...others] = await listOpen()
  assert.deepEqual([incident?.check_name, incident?.failures, incident?.folded], ['ingest_runs', 8, ['freshness']])
  assert.deepEqual(
    others.map(({ check_name, failures }) => [check_name, failures]),
    [['completeness', 8]],
  )
  const closed = await Promise.all(Array.from({ length: 4 }, () => runRound({ completeness: 'passed' })))
  assert.deepEqual(
    closed.flatMap((outcome) => outcome.closed),
    ['completeness'],
  )
})

test('incidents closed over a year ago are deleted', async (t) => {
  const { runRound, pool } = await open(t)
  await runRound({ completeness: 'failed' })
  await runRound({ completeness: 'passed' })
  await runRound({ completeness: 'passed' })
  await pool.query(`update quality_incidents set closed_at = closed_at - interval '366 days'`)
  await runRound({})
  assert.equal((await pool.query('select from quality_incidents')).rowCount, 0)
})

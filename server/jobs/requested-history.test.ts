import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs, hourMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { checkHistoryRange, type HistoryPoint, historyGrids } from '../history.ts'
import { insertBackfillRequest, listBackfillRequests } from '../warehouse/backfill-requests.ts'
import { toRequestedGaps } from './requested-history.ts'

const now = Date.parse('2026-11-24T12:30:20Z')
const request = { id: 1, coin_id: 7, coingecko_id: 'bitcoin' }
const toParts = (from: string, to: string) =>
  toRequestedGaps({ ...request, from, to }, now).map((gap) => [
    gap.granularity,
    gap.days,
    new Date(gap.from).toISOString().slice(0, 13),
    new Date(gap.to).toISOString().slice(0, 13),
  ])

test('asks each grid only for the days that no finer one covers, up to the last midnight', () => {
  assert.deepEqual(toParts('2026-11-24', '2026-11-24'), [['5min', 1, '2026-11-24T00', '2026-11-24T12']])
  assert.deepEqual(toParts('2026-11-10', '2026-11-12'), [['hourly', 15, '2026-11-10T00', '2026-11-13T00']])
  assert.deepEqual(toParts('2026-08-20', '2026-08-30'), [
    ['hourly', 90, '2026-08-26T13', '2026-08-31T00'],
    ['daily', 97, '2026-08-20T00', '2026-08-31T00'],
  ])
})

test('refuses a range that is reversed, in the future, or older than the source keeps, and says what to choose', () => {
  assert.throws(() => checkHistoryRange({ from: '2026-11-02', to: '2026-11-01' }, now), /Swap them/)
  assert.throws(() => checkHistoryRange({ from: '2026-11-02', to: '2026-11-25' }, now), /up to 2026-11-24/)
  assert.throws(() => checkHistoryRange({ from: '2025-11-23', to: '2025-12-01' }, now), /from 2025-11-24/)
  checkHistoryRange({ from: '2025-11-24', to: '2026-11-24' }, now)
})

/** A warehouse with one coin, and a source with every point. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { db, pool } = database
  const calls: string[] = []
  const state = { late: true, missing: false }
  const fetchHistory = async (
    id: string,
    { granularity, days }: { granularity: keyof typeof historyGrids; days: number },
  ) => {
    calls.push(`${id} ${granularity} ${days}`)
    if (state.missing) throw new SourceError('test', 'not_found', 'coin not found')
    if (state.late && calls.length === 1) await insertBackfillRequest(db, { coin_id: coinId, ...range })
    const { stepMs } = historyGrids[granularity]
    const points: HistoryPoint[] = []
    for (let at = Math.ceil((now - days * dayMs) / stepMs) * stepMs; at <= now; at += stepMs)
      points.push({ at, price_usd: 5, market_cap: null, volume: null })
    return { source: 'test', received: points.length, points, rejected: [] }
  }
  const options = toJobOptions(
    database,
    {
      fetchSnapshots: async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] }),
      fetchHistory,
    },
    { clock: { ...systemClock, now: () => now }, history: { days: 1, coins: 0 } },
  )
  await runJob(options, 'ingest_market_data')
  const coinId = (await pool.query('select id from dim_coin')).rows[0].id
  const range = { from: '2026-11-10', to: '2026-11-10' }
  const backfill = () => runJob(options, 'backfill_history')
  const readCoverage = async () => (await pool.query('select granularity, covered_from from history_coverage')).rows
  return {
    ...database,
    calls,
    state,
    range,
    backfill,
    readCoverage,
    ask: () => insertBackfillRequest(db, { coin_id: coinId, ...range }),
  }
}

test('a run fetches requested days first and again, leaves coverage alone, and ends the request', async (t) => {
  const { db, pool, calls, state, range, backfill, readCoverage, ask, ...database } = await open(t)
  const first = await backfill()
  assert.deepEqual(calls, ['bitcoin 5min 1', 'bitcoin hourly 15'], 'a request during the run comes next')
  const coverage = await readCoverage()
  assert.equal(coverage.length, 1)
  const { rows } =
    await pool.query(`select count(*)::int as n, (extract(epoch from min(timestamp)) * 1000)::float8 as first,
      (extract(epoch from max(timestamp)) * 1000)::float8 as last from fact_market_data where granularity = 'hourly'`)
  const start = Date.parse(range.from)
  assert.deepEqual(rows[0], { n: 25, first: start, last: start + 24 * hourMs })
  state.late = false
  calls.length = 0
  await ask()
  await assert.rejects(ask(), /already queued/)
  const second = await backfill()
  assert.equal(calls[0], 'bitcoin hourly 15')
  assert.equal(second.status, 'skipped', 'every point is there already')
  state.missing = true
  await ask()
  const third = await backfill()
  assert.deepEqual(
    (await listBackfillRequests(db)).map(({ status, run_id, points_written, points_held, error }) => [
      status,
      run_id,
      points_written,
      points_held,
      error,
    ]),
    [
      ['failed', third.id, 0, 0, 'coin not found'],
      ['done', second.id, 0, 25, null],
      ['done', first.id, 25, 0, null],
    ],
  )
  assert.deepEqual(await readCoverage(), coverage)
  await assertInvariants({ ...database, pool })
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestDatabase, quietLog } from '../../test/database.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import type { SnapshotBatch } from '../snapshot.ts'
import { findLastRun, insertRun } from '../warehouse/runs.ts'
import { createRunner } from './runner.ts'

const batch = (...ids: string[]): SnapshotBatch => ({
  source: 'test',
  snapshots: ids.map((id) => toSnapshot(id)),
  rejected: [],
})

async function open(t: TestContext, fetchSnapshots: (top: number, signal: AbortSignal) => Promise<SnapshotBatch>) {
  const database = await createTestDatabase()
  const { db, pool } = database
  const createOne = () =>
    createRunner({ db, pool, market: { fetchSnapshots }, clock: systemClock, trackedCoins: 10, log: quietLog })
  t.after(database.drop)
  const listRuns = async () =>
    (
      await pool.query(
        'select status, trigger, attempt, error, records_read as read, records_processed as written, records_rejected as rejected from pipeline_runs order by id',
      )
    ).rows
  return { ...database, createOne, listRuns }
}

test('a run is recorded with what it read, wrote and rejected', async (t) => {
  const { createOne, listRuns } = await open(t, async () => ({
    ...batch('a', 'b'),
    rejected: [{ coingecko_id: 'c', rule: 'price_usd_positive', payload: {} }],
  }))
  await createOne().runOnce('ingest_market_data', 'manual')
  assert.deepEqual(await listRuns(), [
    { status: 'success', trigger: 'manual', attempt: 1, error: null, read: 3, written: 2, rejected: 1 },
  ])
})

test('no rows is never success, and what was rejected is still kept', async (t) => {
  const { createOne, listRuns, pool } = await open(t, async () => ({
    source: 'test',
    snapshots: [],
    rejected: [{ coingecko_id: null, rule: 'row_object', payload: 1 }],
  }))
  await createOne().runOnce('ingest_market_data', 'manual')
  const [run] = await listRuns()
  assert.deepEqual([run.status, run.written, run.rejected], ['failed', 0, 1])
  assert.equal((await pool.query('select from quarantine_market_data')).rowCount, 1)
})

test('an upstream that fails is told with its remedy and asked again when it said', async (t) => {
  const { createOne, db } = await open(t, async () => {
    throw new SourceError('coingecko', 'rate_limited', 'CoinGecko says wait', { retryAfterMs: 119_000 })
  })
  const before = Date.now()
  await createOne().runOnce('ingest_market_data', 'startup')
  const run = await findLastRun(db, 'ingest_market_data')
  assert.equal(run?.error, 'CoinGecko says wait')
  const wait = Date.parse(run?.next_attempt_at ?? '') - before
  assert.ok(wait >= 119_000 && wait < 125_000, String(wait))
})

test('two workers never run one job at once, and the runs of a dead one are told as abandoned', async (t) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let calls = 0
  const { createOne, db, listRuns } = await open(t, async () => {
    calls += 1
    await held
    return batch('a')
  })
  await insertRun(db, { jobId: 'ingest_market_data', trigger: 'schedule', attempt: 1 })
  const slow = createOne().runOnce('ingest_market_data', 'manual')
  await waitFor(() => calls === 1)
  const second = await createOne().runOnce('ingest_market_data', 'manual')
  assert.equal(second.status, 'skipped')
  release()
  assert.equal((await slow).status, 'success')
  assert.deepEqual(
    (await listRuns()).map(({ status }) => status),
    ['abandoned', 'success'],
  )
  assert.equal(calls, 1)
})

test('the loop starts at once, tries again by itself after a failure, and stops in the middle of a run', async (t) => {
  let calls = 0
  const { db, pool, listRuns } = await open(t, async () => batch())
  const market = {
    fetchSnapshots: async (_top: number, signal: AbortSignal) => {
      calls += 1
      if (calls === 1) throw new SourceError('coingecko', 'unreachable', 'down', { retryAfterMs: 10 })
      if (calls === 2) return batch('a')
      return new Promise<SnapshotBatch>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    },
  }
  const clock = { ...systemClock, now: () => Date.parse('2026-11-24T00:09:59.950Z') }
  const runner = createRunner({ db, pool, market, clock, trackedCoins: 10, log: quietLog })
  t.after(runner.stop)
  runner.start()
  await waitFor(() => calls === 3)
  await runner.stop()
  assert.deepEqual(
    (await listRuns()).map(({ status, trigger, attempt, error }) => [status, trigger, attempt, error]),
    [
      ['failed', 'startup', 1, 'down'],
      ['success', 'retry', 2, null],
      ['failed', 'schedule', 1, 'stopped before it ended'],
    ],
  )
})

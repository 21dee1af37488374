import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tickMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { createTestDatabase, quietLog } from '../database.ts'
import { assertInvariants } from '../invariants.ts'
import { openRunner, runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { waitFor } from '../wait.ts'

const script = fileURLToPath(new URL('./worker-child.ts', import.meta.url))

test('abandons the run of a dead worker within 30 s, and another worker repeats it', async (t) => {
  const database = await createTestDatabase()
  const { connection, pool } = database
  t.after(database.drop)
  const child = spawn(process.execPath, [script, JSON.stringify(connection)], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('a')], rejected: [] })
  const runner = openRunner(database, { fetchSnapshots })
  t.after(runner.stop)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await runner.start()
  const listRuns = async () =>
    (
      await pool.query(
        `select status, trigger, attempt, error from pipeline_runs where job_id = 'ingest_market_data' order by id`,
      )
    ).rows
  const patient = <T>(ask: () => Promise<T>) => waitFor(ask, 'the retry', 60_000)
  await patient(async () => (await listRuns())[0]?.status === 'abandoned')
  await patient(async () => (await listRuns()).some(({ status, attempt }) => status === 'success' && attempt === 2))
  const runs = await listRuns()
  assert.match(runs[0].error, /sent no heartbeat/)
  assert.deepEqual(runs.find(({ attempt }) => attempt === 2)?.trigger, 'retry')
  await runner.stop()
  await assertInvariants(database)
})

test('two workers write each of 200 snapshots once and completely', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const other = openPool(database.connection, { log: quietLog })
  t.after(() => other.end())
  let now = Date.parse('2026-11-23T20:00:10Z')
  const clock = { ...systemClock, now: () => now }
  let sequence = 0
  const fetchSnapshots = async () => {
    sequence += 1
    await new Promise((resolve) => setImmediate(resolve))
    const source_updated_at = new Date(now - 5000 + (sequence % 1000)).toISOString()
    const snapshots = ['a', 'b', 'c'].map((id) => toSnapshot(id, { price_usd: 10 + (sequence % 7), source_updated_at }))
    return { source: 'test', snapshots, rejected: [{ coingecko_id: 'x', rule: 'price_usd_positive', payload: {} }] }
  }
  const workers = [database, { pool: other, db: openDb(other) }].map((side) =>
    toJobOptions(side, { fetchSnapshots }, { clock }),
  )
  const ends = { success: 0, skipped: 0 }
  for (let tick = 0; tick < 200; tick += 1) {
    const outcomes = await Promise.all(workers.map((options) => runJob(options, 'ingest_market_data')))
    for (const { status } of outcomes) {
      assert.ok(status === 'success' || status === 'skipped', status)
      ends[status] += 1
    }
    now += tickMs
  }
  assert.equal(ends.success + ends.skipped, 400)
  assert.ok(ends.success >= 200, JSON.stringify(ends))
  const { rows } = await database.pool.query(`select count(*)::int as facts, count(distinct timestamp)::int as ticks,
    (select count(*)::int from (select timestamp from fact_market_data group by timestamp
      having count(*) <> 3 or count(distinct price_usd) <> 1 or count(distinct source_updated_at) <> 1) q) as mixed
    from fact_market_data`)
  assert.deepEqual(rows[0], { facts: 600, ticks: 200, mixed: 0 })
  await assertInvariants(database)
})

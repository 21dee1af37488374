import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tickMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import { abandonLostRuns } from '../../server/warehouse/runs.ts'
import { createTestDatabase } from '../database.ts'
import { assertInvariants } from '../invariants.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { killPoints } from './kill-points.ts'

const script = fileURLToPath(new URL('./ingest-child.ts', import.meta.url))
/** A snapshot at midnight belongs to two days: it marks two candles per coin. */
const start = Date.parse('2026-11-24T00:00:00Z')

for (const [point, { published }] of Object.entries(killPoints))
  test(`killed ${point}: the snapshot is complete or absent, and the next one succeeds`, async (t) => {
    const database = await createTestDatabase()
    const { connection, pool, db, drop } = database
    t.after(drop)
    const child = spawn(process.execPath, [script, JSON.stringify(connection), String(start), point], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [, signal] = await once(child, 'exit')
    assert.equal(signal, 'SIGKILL', 'it died where it should')
    const count = async (table: string) => (await pool.query(`select from ${table}`)).rowCount
    const all = ['fact_market_data', 'latest_market_data', 'quarantine_market_data', 'stale_candle']
    assert.deepEqual(await Promise.all(all.map(count)), published ? [40, 40, 2, 80] : [0, 0, 0, 0])
    await pool.query(`update pipeline_runs set heartbeat_at = now() - interval '13 seconds'`)
    assert.equal(await abandonLostRuns(db), point === 'before the run is recorded' ? 0 : 1)
    await assertInvariants(database)
    const fetchSnapshots = async () => ({
      source: 'test',
      snapshots: Array.from({ length: 40 }, (_, index) => toSnapshot(`coin-${index}`)),
      rejected: [],
    })
    const clock = { ...systemClock, now: () => start + 10 * tickMs }
    const next = await runJob(toJobOptions(database, { fetchSnapshots }, { clock }), 'ingest_market_data')
    assert.deepEqual([next.status, next.written], ['success', 40])
    await assertInvariants(database)
  })

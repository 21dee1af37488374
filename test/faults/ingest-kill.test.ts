import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '../database.ts'

const script = fileURLToPath(new URL('./ingest-child.ts', import.meta.url))
const start = Date.parse('2026-11-24T00:00:00Z')
const hourMs = 3_600_000
const kills = 8

test('killed at any point of an ingest, nothing of a run is half there and the next run succeeds', async (t) => {
  const { connection, pool, drop } = await createTestDatabase()
  t.after(drop)
  for (let kill = 0; kill < kills; kill += 1) {
    const child = spawn(process.execPath, [script, JSON.stringify(connection), String(start + kill * 12 * hourMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await pause(Math.random() * 60)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const { rows: ticks } = await pool.query(`
    select f.timestamp, count(*)::int as facts, min(f.price_usd) as lowest,
      (select count(*)::int from quarantine_market_data q where q.tick = f.timestamp) as rejected
    from fact_market_data f group by f.timestamp order by f.timestamp`)
  assert.ok(ticks.length >= kills)
  for (const { timestamp, facts, lowest, rejected } of ticks)
    assert.deepEqual([facts, rejected, lowest], [40, 2, Date.parse(timestamp)], timestamp)
  const newest = ticks.at(-1)
  const { rows: latest } = await pool.query(
    'select distinct timestamp from latest_market_data union select distinct timestamp from mv_latest_market_data',
  )
  assert.deepEqual(latest, [{ timestamp: newest?.timestamp }])
  const { rows: orphans } = await pool.query(
    'select from quarantine_market_data q where not exists (select from fact_market_data f where f.timestamp = q.tick)',
  )
  assert.equal(orphans.length, 0)
  const { rows: open } = await pool.query(`select count(*)::int as running from pipeline_runs where status = 'running'`)
  assert.ok(open[0].running <= 1, 'only the last killed run may still be open')
  const { rows: runs } = await pool.query(
    `select from pipeline_runs where status = 'success' and records_read <> records_processed + records_rejected`,
  )
  assert.equal(runs.length, 0)
})

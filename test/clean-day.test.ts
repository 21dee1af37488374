import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checks } from '../server/quality/checks.ts'
import { assertInvariants } from './invariants.ts'
import { openDay } from './market-day.ts'

const ticksPerDay = 144
const checkEvery = 3

test('on a clean day every check has rows, and none warns', async (t) => {
  const { ingest, tick, pool } = await openDay(t, '2026-06-10T00:00:00Z')
  for (let index = 0; index < ticksPerDay; index += 1) {
    const { ended, found } = index % checkEvery === 0 ? await tick(index) : { ended: await ingest(index), found: [] }
    assert.equal(ended.status, 'success', ended.error)
    assert.deepEqual(found, [], `tick ${index}`)
  }
  const { rows } = await pool.query(
    `select check_name, count(*)::int as times from data_quality_checks where status = 'passed' group by check_name`,
  )
  const times = Object.fromEntries(rows.map((row) => [row.check_name, row.times]))
  // The day has no exchange.
  for (const { name, schedule } of checks.filter((check) => check.table !== 'fact_exchange_ohlcv')) {
    const atLeast = schedule === 'each_ingest' ? ticksPerDay / checkEvery : 23
    assert.ok(times[name] >= atLeast, `${name} passed ${times[name]} times`)
  }
  await assertInvariants({ pool })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { extendCoverage, listCoinHistories } from './history.ts'

test('coverage merges adjacent ranges and restarts after a gap', async (t) => {
  const { db, pool, drop } = await createTestDatabase()
  t.after(drop)
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values ('a', 'a', 'A', now(), now())`)
  const hour = (count: number) => Date.parse('2026-11-20T00:00:00Z') + count * hourMs
  const extend = (from: number, to: number) =>
    extendCoverage(db, { coinIds: [1], granularity: 'hourly', from: hour(from), to: hour(to) })
  const covered = async () => (await listCoinHistories(db, { limit: 0 }))[0]?.covered.hourly
  await extend(10, 20)
  await extend(20, 30)
  assert.deepEqual(await covered(), { from: hour(10), to: hour(30) }, 'it begins where the other ended')
  await extend(5, 8)
  assert.deepEqual(await covered(), { from: hour(5), to: hour(30) }, 'an earlier start counts')
  await extend(12, 14)
  assert.deepEqual(await covered(), { from: hour(5), to: hour(30) }, 'what is inside changes nothing')
  await extendCoverage(db, { coinIds: [1], granularity: 'hourly', from: hour(30) + 1, to: hour(40) })
  assert.deepEqual(await covered(), { from: hour(30) + 1, to: hour(40) }, 'a gap of a millisecond')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'
import { ensurePartitions } from './partitions.ts'

test('creates a partition while a snapshot is being written, without a deadlock', async (t) => {
  const { pool, drop } = await createTestDatabase()
  const writer = await pool.connect()
  t.after(async () => {
    writer.release(true)
    await drop()
  })
  await writer.query('begin')
  await writer.query('lock table dim_coin in row exclusive mode')
  const month = new Date('2031-05-01T00:00:00Z')
  const made = ensurePartitions(pool, { from: month, to: month })
  const isWaiting = `select 1 from pg_locks where not granted and relation = 'dim_coin'::regclass`
  await waitFor(async () => (await pool.query(isWaiting)).rowCount, 'a partition that waits')
  await writer.query('lock table fact_market_data in row exclusive mode')
  await writer.query('commit')
  assert.deepEqual(await made, ['fact_market_data_2031_05'])
})

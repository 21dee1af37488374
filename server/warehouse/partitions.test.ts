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
  await writer.query(`insert into dim_coin (id, coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values (1, 'bitcoin', 'btc', 'Bitcoin', now(), now())`)
  const month = new Date('2031-05-01T00:00:00Z')
  const made = ensurePartitions(pool, { from: month, to: month })
  const isWaiting = `select 1 from pg_locks where not granted and relation = 'dim_coin'::regclass`
  await waitFor(async () => (await pool.query(isWaiting)).rowCount, 'a partition that waits')
  await writer.query(`insert into fact_market_data (coin_id, timestamp, granularity, price_usd)
    values (1, '2031-04-30T23:50:00Z', '10min', 1)`)
  await writer.query('commit')
  assert.deepEqual(await made, ['fact_market_data_2031_05'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import { inTransaction } from '../server/warehouse/db.ts'
import { createTestDatabase } from './database.ts'

test('a database of a test refuses what a cluster refuses, whatever sends it', async (t) => {
  const { pool, db, drop } = await createTestDatabase()
  t.after(drop)
  const ways: ((text: string) => Promise<unknown>)[] = [
    (text) => pool.query(text),
    (text) => pool.query({ text, rowMode: 'array' }),
    (text) => sql.raw(text).execute(db),
    (text) => inTransaction(pool, (tx) => sql.raw(text).execute(tx)),
    (text) => inTransaction(pool, async (_, client) => client.query(copyFrom(`copy (${text}) to stdout`))),
  ]
  for (const send of ways) {
    const text = `select 1 from fact_market_data a join fact_market_data b using (timestamp)`
    await assert.rejects(
      send(text),
      /^Error: A cluster would refuse a join of distributed tables that is not by coin:\n/,
    )
    assert.deepEqual((await pool.query('select 1 as one')).rows, [{ one: 1 }])
  }
  await assert.rejects(pool.query('selec 1'), /syntax error at or near "selec"/)
})

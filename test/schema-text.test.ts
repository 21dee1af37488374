import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTestDatabase } from './database.ts'
import { readSchema, schemaFile } from './schema-text.ts'

test('docs/schema.txt matches the migrations', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const version = await database.pool.query(`select current_setting('server_version_num')::int >= 180000 as is_18`)
  // The index on time differs between 18 and the versions before it.
  const isCompared = (line: string) => version.rows[0].is_18 || !/INDEX fact_market_data_time(stamp)?_idx/.test(line)
  const toLines = (text: string) => text.split('\n').filter(isCompared)
  assert.deepEqual(toLines(await readSchema(database.pool)), toLines(readFileSync(schemaFile, 'utf8')))
})

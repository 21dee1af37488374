import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTestDatabase } from './database.ts'
import { readSchema, schemaFile } from './schema-text.ts'

test('docs/schema.txt matches the migrations', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const [found, kept] = [await readSchema(database.pool), readFileSync(schemaFile, 'utf8')].map((text) =>
    text.split('\n'),
  )
  assert.deepEqual(found, kept)
})

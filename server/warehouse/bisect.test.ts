import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { writeBisected } from './bisect.ts'
import type { Db } from './db.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table taken (value float8 check (value < 100), label text unique)')
})
after(() => database.drop())

const insert = (tx: Db) => async (rows: { value: string; label: string }[]) => {
  await sql`insert into taken select * from unnest(${rows.map((row) => row.value)}::text[]::float8[],
    ${rows.map((row) => row.label)}::text[])`.execute(tx)
}

const write = (values: string[], label = 'row') =>
  database.db.transaction().execute(async (tx) => {
    const rows = values.map((value, index) => ({ value, label: `${label} ${index}` }))
    const offenders = await writeBisected(tx, rows, insert(tx))
    return offenders.map(({ row, code }) => [row.value, code])
  })

const listTaken = async () =>
  (await database.pool.query('delete from taken returning value')).rows.map(({ value }) => value).sort((a, b) => a - b)

test('writes valid rows once and returns those that break a constraint or are invalid data', async () => {
  assert.deepEqual(await write(['1', '2', '300', '4', 'five', '6', '1e999', '8', '9']), [
    ['300', '23514'],
    ['five', '22P02'],
    ['1e999', '22003'],
  ])
  assert.deepEqual(await listTaken(), [1, 2, 4, 6, 8, 9])
})

test('fails and writes nothing when more than half of the rows are rejected', async () => {
  assert.equal((await write(['100', '1', '100', '2'])).length, 2)
  assert.deepEqual(await listTaken(), [1, 2])
  await assert.rejects(write(['100', '1', '100', '100']), { code: '23514' })
  assert.deepEqual(await listTaken(), [])
})

test('handles no rows and a single rejected row', async () => {
  assert.deepEqual(await write([]), [])
  assert.deepEqual(await write(['100']), [['100', '23514']])
})

test('rethrows a unique violation', async () => {
  await write(['1'])
  await assert.rejects(write(['2']), { code: '23505' })
  await listTaken()
})

test('narrows an error without a specific code down to single rows and rethrows that of a row', async () => {
  const write = (values: string[], { always = false } = {}) =>
    database.db.transaction().execute((tx) =>
      writeBisected(
        tx,
        values.map((value) => ({ value, label: `copied ${value}` })),
        async (rows) => {
          if (always || (rows.length > 1 && rows.some(({ value }) => value === '300')))
            await sql`do $$ begin raise exception 'as Citus reports COPY' using errcode = 'XX000'; end $$`.execute(tx)
          await insert(tx)(rows)
        },
      ),
    )
  assert.deepEqual(await write(['1', '2', '300', '4']), [{ row: { value: '300', label: 'copied 300' }, code: '23514' }])
  assert.deepEqual(await listTaken(), [1, 2, 4])
  await assert.rejects(write(['1', '2'], { always: true }), { code: 'XX000' })
})

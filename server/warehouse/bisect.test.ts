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

test('rows that break a constraint or are no data are told apart, the others are written once', async () => {
  assert.deepEqual(await write(['1', '2', '300', '4', 'five', '6', '1e999', '8', '9']), [
    ['300', '23514'],
    ['five', '22P02'],
    ['1e999', '22003'],
  ])
  assert.deepEqual(await listTaken(), [1, 2, 4, 6, 8, 9])
})

test('half of the rows may be at fault; with more than half the write fails, and leaves nothing', async () => {
  assert.equal((await write(['100', '1', '100', '2'])).length, 2)
  assert.deepEqual(await listTaken(), [1, 2])
  await assert.rejects(write(['100', '1', '100', '100']), { code: '23514' })
  assert.deepEqual(await listTaken(), [])
})

test('nothing is written of no rows, and a single bad one is told', async () => {
  assert.deepEqual(await write([]), [])
  assert.deepEqual(await write(['100']), [['100', '23514']])
})

test('a lost race for a key is no fault of a row', async () => {
  await write(['1'])
  await assert.rejects(write(['2']), { code: '23505' })
  await listTaken()
})

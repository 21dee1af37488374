import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { openRun } from '../../test/jobs.ts'
import { insertRejected } from './quarantine.ts'

let database: TestDatabase
let runId: number
before(async () => {
  database = await createTestDatabase()
  runId = await openRun(database)
})
after(() => database.drop())

async function keep(payload: unknown, coingecko_id: string | null = 'coin') {
  const tick = new Date('2026-11-24T12:00:00Z')
  await insertRejected(database.db, { tick, runId, source: 'test', rejected: [{ coingecko_id, rule: 'x', payload }] })
  const { rows } = await database.pool.query('delete from quarantine_market_data returning coingecko_id, payload')
  return rows[0]
}

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
const cyclic: Record<string, unknown> = {}
cyclic.self = cyclic
const hostile = {
  toJSON: () => {
    throw new Error('no')
  },
  toString: () => {
    throw new Error('no')
  },
}

test('quarantine keeps any payload: what jsonb lacks is escaped', async () => {
  const kept: [unknown, unknown][] = [
    ['a\u0000b', 'a\\u0000b'],
    [{ '\u0000': '\ud83d' }, { '\\u0000': '\\ud83d' }],
    [
      { price: Number.POSITIVE_INFINITY, cap: Number.NaN },
      { price: 'Infinity', cap: 'NaN' },
    ],
    [undefined, null],
    [10n, '10'],
    [nested(100), nested(100)],
    [{ name: 'x'.repeat(19_900) }, { name: 'x'.repeat(19_900) }],
  ]
  for (const [payload, expected] of kept) assert.deepEqual((await keep(payload)).payload, expected)
})

test('of a payload that is too long, too deep or no JSON the beginning is kept with a note', async () => {
  const bounded: [unknown, RegExp][] = [
    [nested(101), /cut: 202 characters, nested 101 deep/],
    [nested(100_000), /cut: 200000 characters, nested 100000 deep|cannot write/],
    [{ name: 'x'.repeat(20_000) }, /cut: 20011 characters/],
    ['\u0000🚀'.repeat(100_000), /cut/],
    [cyclic, /cannot write \(object\)/],
    [hostile, /cannot write \(object\)/],
    [() => 1, /cannot write \(function\)/],
    [Symbol('x'), /cannot write \(symbol\)/],
  ]
  for (const [payload, note] of bounded) {
    const row = await keep(payload)
    assert.match(row.payload.note, note)
    assert.ok(row.payload.payload.length <= 8000)
  }
})

test('an id that is none is kept as well as it can be', async () => {
  assert.equal((await keep({}, 'bit\u0000\ud800')).coingecko_id, 'bit\\u0000\\ud800')
  assert.equal((await keep({}, 'x'.repeat(9000))).coingecko_id.length, 500)
  assert.equal((await keep({}, null)).coingecko_id, null)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
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

test('stores any payload and escapes what jsonb cannot hold', async () => {
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

test('stores an excerpt and a note of payloads that are too long, too deep or not JSON', async () => {
  const bounded: [unknown, RegExp][] = [
    [nested(101), /truncated: 202 characters, nesting depth 101/],
    [nested(100_000), /truncated: 200000 characters, nesting depth 100000|not JSON/],
    [{ name: 'x'.repeat(20_000) }, /truncated: 20011 characters/],
    ['\u0000🚀'.repeat(100_000), /truncated/],
    [cyclic, /not JSON \(object\)/],
    [hostile, /not JSON \(object\)/],
    [() => 1, /not JSON \(function\)/],
    [Symbol('x'), /not JSON \(symbol\)/],
  ]
  for (const [payload, note] of bounded) {
    const row = await keep(payload)
    assert.match(row.payload.note, note)
    assert.ok(row.payload.payload.length <= 8000)
  }
})

test('stores invalid ids escaped and shortened', async () => {
  assert.equal((await keep({}, 'bit\u0000\ud800')).coingecko_id, 'bit\\u0000\\ud800')
  assert.equal((await keep({}, 'x'.repeat(9000))).coingecko_id.length, 500)
  assert.equal((await keep({}, null)).coingecko_id, null)
})

test('keeps quarantined rows for 7 days', async () => {
  const first = new Date('2026-11-24T00:00:00Z')
  const rejected = [{ coingecko_id: 'bad', rule: 'price_usd_positive', payload: {} }]
  for (const minutes of [0, 10, 7 * 1440 + 5]) {
    const tick = new Date(first.getTime() + minutes * minuteMs)
    await insertRejected(database.db, { tick, runId, source: 'test', rejected })
  }
  const { rows } = await database.pool.query('select tick from quarantine_market_data order by tick')
  assert.deepEqual(rows, [{ tick: '2026-11-24T00:10:00Z' }, { tick: '2026-12-01T00:05:00Z' }])
})

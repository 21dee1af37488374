import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkedTables, checkNames } from '../../contract/quality.ts'
import { candle, moves, universe } from '../../test/check-fixtures.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { coins, runPlanted } from '../../test/quality.ts'
import { checks } from './checks.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

test('no check passes or throws in an empty warehouse', async () => {
  for (const { name } of checks) {
    const { status, rows_checked, details } = await runPlanted(database.db, name, { plant: 'select' })
    assert.equal(status, name === 'freshness' ? 'failed' : 'no_data', `${name}: ${JSON.stringify(details)}`)
    assert.equal(rows_checked, 0, name)
  }
})

test('no check of facts passes without facts', async () => {
  const withoutFacts = ['tracked_universe', 'duplicate_candidates']
  for (const { name } of checks.filter((check) => !withoutFacts.includes(check.name))) {
    const { status } = await runPlanted(database.db, name, { plant: coins(5) })
    assert.notEqual(status, 'passed', name)
  }
})

test('a check that throws has the status error, a message and no observed value', async () => {
  for (const { name } of checks) {
    const { status, observed, details } = await runPlanted(database.db, name, {
      plant: 'set local search_path = pg_temp',
    })
    assert.deepEqual([status, observed], ['error', null], name)
    assert.match(String(details.error), /does not exist/, name)
  }
})

test('shows up to 20 samples with coins, values and UTC times', async () => {
  const many = await runPlanted(database.db, 'completeness', { plant: universe(45) })
  const samples = many.details.samples as Record<string, unknown>[]
  assert.deepEqual([many.observed, samples.length], [90, 20])
  assert.deepEqual(samples[0], { coingecko_id: 'coin-6', last_in_snapshot: '2026-11-24T11:50:00Z' })
  const { details } = await runPlanted(database.db, 'anomaly_detection', { plant: moves(1, 20) })
  assert.deepEqual(details.samples, [
    { coingecko_id: 'coin-1', timestamp: '2026-11-24T12:00:00Z', price_before: 10, price_usd: 20, move_pct: 100 },
  ])
})

test('checks the candles of more than 250 coins in turn, by the hour', async () => {
  const plant = coins(251) + candle(1, '2026-11-23', [2, 1, 3, 2]) + candle(251, '2026-11-23', [2, 1, 3, 2])
  const hour = (time: string) => runPlanted(database.db, 'ohlcv_consistency', { plant, at: `2026-11-24T${time}Z` })
  const found = (result: Awaited<ReturnType<typeof hour>>) =>
    (result.details.samples as { coingecko_id: string }[]).map(({ coingecko_id }) => coingecko_id)
  const [first, same, second] = [await hour('12:00:00'), await hour('12:59:59'), await hour('13:00:00')]
  assert.deepEqual([found(first), found(same), found(second)], [['coin-1'], ['coin-1'], ['coin-251']])
  assert.deepEqual([first.rows_checked, second.rows_checked], [1, 1])
})

test('declares each check name and table of the contract once', () => {
  assert.deepEqual(checks.map(({ name }) => name).sort(), [...checkNames].sort())
  assert.deepEqual([...new Set(checks.map(({ table }) => table))].sort(), [...checkedTables].sort())
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Granularity } from '../../contract/day.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { HistoryPoint } from '../history.ts'
import { inTransaction } from './db.ts'
import { writeHistory } from './history.ts'
import { ensurePartitions } from './partitions.ts'
import { listPrices } from './price-history.ts'

const now = Date.parse('2026-11-24T09:17:00Z')
/** The edge of a grid lies so many days back; a new coin has finer points only after it. */
const borders = { day: now - dayMs, quarter: now - 90 * dayMs }
const peak = now - 3 * hourMs - 5 * minuteMs
const priceAt = (at: number): number => {
  const slot = Math.floor(at / minuteMs / 5)
  return slot === Math.floor(peak / minuteMs / 5) ? 999 : 100 + (at - now) / dayMs / 10 + Math.sin(slot * 0.7) / 100
}

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  const { pool } = database
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values ('new', 'n', 'New', now(), now()), ('old', 'o', 'Old', now(), now())`)
  await ensurePartitions(pool, { from: new Date(now - 400 * dayMs), to: new Date(now) })
  const write = (coinId: number, granularity: Granularity, [stepMinutes, days]: [number, number]) => {
    const points: HistoryPoint[] = []
    const stepMs = stepMinutes * minuteMs
    for (let at = Math.ceil((now - days * dayMs) / stepMs) * stepMs; at <= now; at += stepMs)
      points.push({ at, price_usd: priceAt(at), market_cap: null, volume: null })
    return inTransaction(pool, (tx, client) => writeHistory({ tx, client }, { coinId, granularity, points }))
  }
  await write(1, 'daily', [1440, 365])
  await write(1, 'hourly', [60, 90])
  await write(1, '5min', [5, 1])
  await write(2, '10min', [10, 370])
})
after(() => database.drop())

const read = async (coinId: number, days: number) => {
  const { prices, step_minutes } = await listPrices(database.db, { coinId, days, now })
  return {
    step: step_minutes,
    prices: prices.map(({ timestamp, price_usd }) => ({ at: Date.parse(timestamp), price_usd })),
  }
}

for (const days of [1, 2, 3, 7, 14, 30, 60, 89, 90, 120, 180, 270, 365])
  test(`${days} days of a new coin are equally dense on both sides of each grid change`, async () => {
    const { prices, step } = await read(1, days)
    assert.ok(prices.length <= 1000)
    assert.deepEqual(
      prices.map(({ at }) => at),
      [...new Set(prices.map(({ at }) => at))].sort((a, b) => a - b),
    )
    for (const { at, price_usd } of prices) assert.equal(price_usd, priceAt(at), new Date(at).toISOString())
    assert.equal(Math.max(...prices.map(({ price_usd }) => price_usd)), 999, 'the highest price is kept')
    const [first, last] = [prices[0], prices.at(-1)]
    assert.equal(last?.at, Math.floor(now / minuteMs / 5) * minuteMs * 5)
    assert.ok((first?.at ?? 0) - (now - days * dayMs) <= (days > 90 ? dayMs : hourMs))
    for (const border of Object.values(borders)) {
      const reach = Math.min(8 * dayMs, now - border, border - (now - days * dayMs))
      if (reach < 8 * step * minuteMs) continue
      const count = (from: number) => prices.filter(({ at }) => at > from && at <= from + reach).length
      const [before, after] = [count(border - reach), count(border)]
      assert.ok(after <= 1.5 * before + 2 && before <= 1.5 * after + 2, `${before} points before, ${after} after`)
    }
  })

test('the last day of a week has a seventh of the points, extremes aside', async () => {
  const { prices } = await read(1, 7)
  const recent = prices.filter(({ at }) => at > borders.day).length
  assert.ok(recent < prices.length / 5, `${recent} of ${prices.length}`)
})

test('a history at 10 minutes uses the maximum number of points', async () => {
  for (const days of [1, 2, 7, 30, 39, 90, 180, 365]) {
    const { prices, step } = await read(2, days)
    assert.ok(prices.length <= 1000 && prices.length >= (days === 1 ? 144 : 280), `${days} days: ${prices.length}`)
    const midnights = prices.filter(({ at }) => at % dayMs === 0).length
    assert.ok(midnights >= days, `${midnights} midnights in ${days} days, every ${step} minutes`)
  }
})

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { minuteMs } from '../contract/time.ts'
import { startBarKeeper } from '../server/live/bar-keeper.ts'
import { listIntradayCandles } from '../server/warehouse/intraday.ts'
import { insertCoins, listBars, type SlowCandle, toTick } from './bars.ts'
import { createBeatClock } from './beat-clock.ts'
import { createTestDatabase, quietLog } from './database.ts'

const folder = fileURLToPath(new URL('../../shared/history/intraday/binance_1m_2021/', import.meta.url))
const skip = !existsSync(folder) && 'no recorded minutes'
if (skip) process.stderr.write(`\n!!! SKIPPED: no recorded minutes in ${folder}\n\n`)
const files = { bitcoin: 'BTC', ethereum: 'ETH', ripple: 'XRP', dogecoin: 'DOGE' }
const from = Date.parse('2021-04-30T20:00:00Z')
const to = Date.parse('2021-05-01T04:00:00Z')

type Recorded = { at: number; open: number; high: number; low: number; close: number }

const readMinutes = (symbol: string): Recorded[] => {
  const rows: number[][] = JSON.parse(readFileSync(`${folder}${symbol}_USDT-1m.json`, 'utf8'))
  return rows
    .map(([at = 0, open = 0, high = 0, low = 0, close = 0]) => ({ at, open, high, low, close }))
    .filter(({ at }) => at >= from && at < to)
}

/** The recorded minutes merged into candles of an interval. */
function toCandles(minutes: Recorded[], widthMs: number): SlowCandle[] {
  const candles: SlowCandle[] = []
  for (const { at, open, high, low, close } of minutes) {
    const opens = at - (at % widthMs)
    const last = candles.at(-1)
    if (last?.opens !== opens) candles.push({ opens, open, high, low, close, samples: 4 })
    else {
      last.high = Math.max(last.high, high)
      last.low = Math.min(last.low, low)
      last.close = close
      last.samples += 4
    }
  }
  return candles
}

test('returns the recorded minutes of four coins unchanged across the end of a month', { skip }, async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const recorded = Object.entries(files).map(([id, symbol]) => ({ id, minutes: readMinutes(symbol) }))
  const clock = createBeatClock(from)
  const keeper = startBarKeeper({ ...database, clock, log: quietLog, retainDays: 0 })
  t.after(keeper.stop)
  const ids = await insertCoins(database, Object.keys(files))
  keeper.follow(ids)
  for (let at = from; at < to; at += minuteMs) {
    clock.set(at + minuteMs - 1)
    for (const { id, minutes } of recorded) {
      const minute = minutes[(at - from) / minuteMs]
      assert.equal(minute?.at, at)
      const { open, high, low, close } = minute
      const ticks = [open, high, low, close].map((price, index) => toTick(id, at + index * 15_000, price))
      keeper.add(at % (2 * minuteMs) === 0 ? ticks : ticks.toReversed())
    }
    if (at % (10 * minuteMs) === 0) await clock.beat()
  }
  await keeper.stop()
  for (const { id, minutes } of recorded) {
    const coinId = ids.get(id) ?? 0
    assert.deepEqual(await listBars(database, coinId), toCandles(minutes, minuteMs), id)
    for (const [interval, width] of Object.entries({ '5m': 5, '15m': 15, '1h': 60 } as const)) {
      const query = { coinId, interval: interval as '5m' | '15m' | '1h', limit: 1000, now: to }
      const candles = (await listIntradayCandles(database.db, query)).map((candle) => {
        const { timestamp, date, volume, close_at, granularity, ...figures } = candle
        assert.deepEqual([date, volume, close_at, granularity], [timestamp.slice(0, 10), null, null, null])
        return { opens: Date.parse(timestamp), ...figures }
      })
      const expected = toCandles(minutes, width * minuteMs).map((candle, index, all) => {
        const before = all[index - 1]
        return { ...candle, change_pct: before === undefined ? null : (candle.close / before.close - 1) * 100 }
      })
      assert.deepEqual(candles, expected, `${id} ${interval}`)
    }
  }
})

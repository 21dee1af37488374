import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CoinOhlcv } from '../../contract/charts.ts'
import { dayMs, hourMs, minuteMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCoins } from '../../test/bars.ts'
import { writeCloses } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { toCandle } from '../../test/exchange-candles.ts'
import { type ExchangeInterval, exchangeGrids } from '../exchange-candles.ts'
import { writeExchangeCandles } from '../warehouse/exchange-blocks.ts'
import { saveExchangeCoverage } from '../warehouse/exchange-markets.ts'
import { upsertMinuteBars } from '../warehouse/minute-bars.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'

const today = Math.floor(Date.now() / dayMs) * dayMs
const hour = Math.floor(Date.now() / hourMs) * hourMs

let database: TestDatabase
let app: FastifyInstance

before(async () => {
  database = await createTestDatabase()
  const { db, pool } = database
  app = await createApi(db)
  await insertCoins(database, ['bitcoin', 'nova'])
  await pool.query(`insert into dim_exchange_market (coin_id, exchange, symbol, quote, status, reason, checked_at) values
    (1, 'kraken', 'BTC/USD', 'USD', 'refused', 'It is another coin.', now()), (1, 'binance', 'BTC/USDT', 'USDT', 'accepted', null, now())`)
  const to = new Date(today)
  await ensurePartitions(pool, { table: 'fact_exchange_ohlcv', from: new Date(today - 800 * dayMs), to })
  await ensurePartitions(pool, { table: 'fact_minute_ohlc', from: new Date(today - 2 * dayMs), to })
})
after(async () => {
  await app.close()
  await database.drop()
})

/** Writes candles of 200, 201, … USDT at 0.5 dollars. */
async function write(market_id: number, interval: ExchangeInterval, { from, to }: { from: number; to: number }) {
  const series = { coin_id: 1, market_id, interval }
  const { widthMs } = exchangeGrids[interval]
  const candles = Array.from({ length: (to - from) / widthMs }, (_, index) => ({
    ...toCandle(from + index * widthMs, 200 + index, index === 1 ? { quote_volume: null } : {}),
    usd_rate: 0.5,
  }))
  await writeExchangeCandles(database.db, series, candles)
  await saveExchangeCoverage(database.db, series, { from, to, reachesListing: false })
}

const get = async (query: string): Promise<CoinOhlcv> =>
  (await app.inject(`/api/v1/coins/bitcoin/ohlcv?${query}`)).json()
const about = ({ source, market, continued_at, candles }: CoinOhlcv) => [source, market, continued_at, candles.length]
const day = (back: number) => new Date(today - back * dayMs).toISOString()

test('days and weeks are of an exchange where these reach back as far, and continue with our own', async () => {
  await writeCloses(database, { id: 'bitcoin', last: toUtcDay(today - dayMs), closes: Array(30).fill(7) })
  assert.deepEqual(about(await get('days=365')), ['coingecko', null, null, 30])
  await write(1, '1d', { from: today - 700 * dayMs, to: today })
  assert.deepEqual(about(await get('days=365')), ['coingecko', null, null, 30], 'a refused market is not shown')
  await write(2, '1d', { from: today - 20 * dayMs, to: today - 2 * dayMs })
  assert.deepEqual(about(await get('days=365')), ['coingecko', null, null, 30], 'it is not as deep')
  const short = await get('days=20')
  assert.deepEqual(about(short), ['binance', 'BTC/USDT', day(2).replace('.000Z', 'Z'), 20])
  assert.deepEqual(
    [short.candles[17]?.close, short.candles[18]?.close, short.candles[18]?.volume],
    [(200 + 17) / 2, 7, null],
  )
  await write(2, '1d', { from: today - 700 * dayMs, to: today })
  const deep = await get(`from=${day(700)}&interval=1d`)
  assert.deepEqual(about(deep), ['binance', 'BTC/USDT', null, 700])
  const [first, second] = deep.candles
  assert.deepEqual(
    [first, second].map((candle) => [candle?.open, candle?.high, candle?.low, candle?.close, candle?.volume]),
    [
      [100, 102, 98, 100, 1000],
      // Without a volume in USDT: 10 coins at the average of high, low and close.
      [100.5, 102.51, 98.49, 100.5, 1005],
    ],
  )
  assert.ok(Math.abs((second?.change_pct ?? 0) - 0.5) < 1e-9)
  assert.equal(second?.close_at, day(698).replace('.000Z', 'Z'))
  assert.deepEqual(about(await get('days=365&source=coingecko')), ['coingecko', null, null, 30])
  const weeks = await get(`interval=1w&from=${day(700)}`)
  assert.ok(weeks.source === 'binance' && weeks.candles.length >= 99)
  const monday = weeks.candles[1]
  assert.equal(new Date(monday?.timestamp ?? '').getUTCDay(), 1)
  assert.equal((monday?.close ?? 0) - (monday?.open ?? 0), 3)
})

test('hours and minutes are of an exchange, and continue with the live stream', async () => {
  await write(2, '1h', { from: hour - 48 * hourMs, to: hour })
  const four = await get(`interval=4h&from=${new Date(hour - 40 * hourMs).toISOString()}`)
  assert.deepEqual([four.source, four.candles.every(({ samples }) => samples <= 16)], ['binance', true])
  const minute = Math.floor(Date.now() / minuteMs) * minuteMs
  await write(2, '1m', { from: hour - 5 * hourMs, to: minute - 3 * minuteMs })
  const bar = { coin_id: 1, open: 9, high: 9, low: 9, close: 9, ticks: 3 }
  await upsertMinuteBars(
    database.db,
    [20, 3, 2].map((back) => ({ ...bar, minute: minute - back * minuteMs })),
  )
  const minutes = await get('interval=1m&limit=60')
  assert.equal(minutes.source, 'binance')
  assert.deepEqual(
    minutes.candles.slice(-3).map(({ close }) => close === 9),
    [false, true, true],
  )
  assert.equal(minutes.continued_at, minutes.candles.at(-2)?.timestamp)
  assert.deepEqual(about(await get('interval=1m&limit=60&source=coingecko')), ['stream', null, null, 3])
  const none = await app.inject('/api/v1/coins/nova/ohlcv?source=exchange')
  assert.deepEqual(about(none.json()), ['exchange', null, null, 0])
  assert.equal((await app.inject('/api/v1/coins/nova/ohlcv?source=binance')).statusCode, 422)
})

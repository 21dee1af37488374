import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import {
  CoinHistory,
  CoinOhlcvIn,
  HistoryQuery,
  maxHistoryRows,
  OhlcvCurrencyQuery,
  type OhlcvQuery,
  SparklineQuery,
  Sparklines,
} from '../../../contract/charts.ts'
import { CoinParams } from '../../../contract/coins.ts'
import { maxSparklines } from '../../../contract/lists.ts'
import { dayMs } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import { listSparklines } from '../../warehouse/charts.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import { resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { listPrices } from '../../warehouse/price-history.ts'
import { listPricePage } from '../../warehouse/price-pages.ts'
import { convertHistory, convertOhlcv } from '../in-currency.ts'
import { listOhlcv } from '../ohlcv.ts'
import { sendRows } from '../row-formats.ts'

function parseIds(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (ids.length === 0 || ids.length > maxSparklines)
    throw new AppError('unprocessable', `ids must list 1 to ${maxSparklines} coins (got ${ids.length}).`)
  return ids
}

const candleColumns = Object.keys(CoinOhlcvIn.properties.candles.items.properties)

/** The prices that a request asks for; 422 for a combination without meaning. */
async function listHistory(db: Db, coinId: number, { days, from, to, cursor, limit }: HistoryQuery) {
  const now = Date.now()
  if (from === undefined) {
    if (to !== undefined || cursor !== undefined || limit !== undefined)
      throw new AppError('unprocessable', 'to, cursor and limit need from. Use days without them.')
    return listPrices(db, { coinId, days, now })
  }
  const end = to ?? new Date(now + dayMs).toISOString()
  const page = { coinId, from, to: end, after: cursor ?? null, limit: limit ?? maxHistoryRows }
  return { step_minutes: 0, ...(await listPricePage(db, page)) }
}

export const chartRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/coins/sparklines',
    {
      config: { bySnapshot: true },
      schema: {
        summary: '7-day sparklines of several coins, about 28 prices each',
        tags: ['coins'],
        querystring: SparklineQuery,
        response: { 200: Sparklines },
      },
    },
    async ({ query }) => listSparklines(db, parseIds(query.ids), await resolveCurrency(db, query.vs_currency)),
  )

  app.get(
    '/coins/:id/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Price history of a coin in up to 1,000 points, or every price of a range',
        tags: ['coins'],
        params: CoinParams,
        querystring: HistoryQuery,
        response: { 200: CoinHistory },
      },
    },
    async (request, reply) => {
      const { params, query } = request
      const code = await resolveCurrency(db, query.vs_currency)
      const coin = await getCoinName(db, params.id)
      const prices = await listHistory(db, coin.coin_id, query)
      const history = await convertHistory(db, { ...coin, ...prices }, code)
      if (query.format === 'json') return history
      const names = ['timestamp', 'price_usd', ...(history.currency === undefined ? [] : ['price'])]
      reply.header('x-next-cursor', history.next_cursor ?? '')
      const file = { names, rows: history.prices, name: `history-${coin.coin_id}`, format: query.format }
      return sendRows(request, reply, file) as never
    },
  )

  app.get(
    '/coins/:id/ohlcv',
    {
      config: { bySnapshot: ({ query }) => ['1d', '1w'].includes((query as OhlcvQuery).interval) },
      schema: {
        summary: 'Candles of a coin from 1 minute to 1 week, of the live stream and the snapshots',
        tags: ['coins'],
        params: CoinParams,
        querystring: OhlcvCurrencyQuery,
        response: { 200: CoinOhlcvIn },
      },
    },
    async (request, reply) => {
      const { params, query } = request
      const code = await resolveCurrency(db, query.vs_currency)
      const coin = await getCoinName(db, params.id)
      const ohlcv = { ...coin, interval: query.interval, ...(await listOhlcv(db, coin.coin_id, query)) }
      const converted = await convertOhlcv(db, ohlcv, { code, now: Date.now() })
      if (query.format === 'json') return converted
      reply.header('x-next-cursor', converted.next_cursor ?? '')
      const file = {
        names: candleColumns,
        rows: converted.candles,
        name: `ohlcv-${coin.coin_id}`,
        format: query.format,
      }
      return sendRows(request, reply, file) as never
    },
  )
  done()
}

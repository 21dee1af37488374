import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import {
  CoinHistory,
  CoinOhlcvIn,
  HistoryQuery,
  OhlcvCurrencyQuery,
  type OhlcvQuery,
  SparklineQuery,
  Sparklines,
} from '../../../contract/charts.ts'
import { CoinParams } from '../../../contract/coins.ts'
import { maxSparklines } from '../../../contract/lists.ts'
import { AppError } from '../../errors.ts'
import { listSparklines } from '../../warehouse/charts.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import { resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { listPrices } from '../../warehouse/price-history.ts'
import { convertHistory, convertOhlcv } from '../in-currency.ts'
import { listOhlcv } from '../ohlcv.ts'

function parseIds(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (ids.length === 0 || ids.length > maxSparklines)
    throw new AppError('unprocessable', `ids must list 1 to ${maxSparklines} coins (got ${ids.length}).`)
  return ids
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
        summary: 'Price history of a coin in up to 1,000 points',
        tags: ['coins'],
        params: CoinParams,
        querystring: HistoryQuery,
        response: { 200: CoinHistory },
      },
    },
    async ({ params, query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const coin = await getCoinName(db, params.id)
      const prices = await listPrices(db, { coinId: coin.coin_id, days: query.days, now: Date.now() })
      return convertHistory(db, { ...coin, ...prices }, code)
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
    async ({ params, query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const coin = await getCoinName(db, params.id)
      const ohlcv = { ...coin, interval: query.interval, ...(await listOhlcv(db, coin.coin_id, query)) }
      return convertOhlcv(db, ohlcv, { code, now: Date.now() })
    },
  )
  done()
}

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CoinHistory, CoinOhlcv, DaysQuery, OhlcvQuery, SparklineQuery, Sparklines } from '../../../contract/charts.ts'
import { CoinDetail, CoinList, CoinListQuery, CoinParams } from '../../../contract/coins.ts'
import { maxSparklines } from '../../../contract/lists.ts'
import { AppError } from '../../errors.ts'
import { listSparklines } from '../../warehouse/charts.ts'
import { getCoin, getCoinName, listCoins } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import { listPrices } from '../../warehouse/price-history.ts'
import { listOhlcv } from '../ohlcv.ts'

function parseIds(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (ids.length === 0 || ids.length > maxSparklines)
    throw new AppError('unprocessable', `ids must list 1 to ${maxSparklines} coins (got ${ids.length}).`)
  return ids
}

export const coinRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/coins',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Tracked coins with their latest snapshot. Supports search, sorting and pages',
        tags: ['coins'],
        querystring: CoinListQuery,
        response: { 200: CoinList },
      },
    },
    ({ query }) => listCoins(db, query),
  )

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
    async ({ query }) => listSparklines(db, parseIds(query.ids)),
  )

  app.get(
    '/coins/:id',
    {
      config: { bySnapshot: true },
      schema: { summary: 'One coin', tags: ['coins'], params: CoinParams, response: { 200: CoinDetail } },
    },
    ({ params }) => getCoin(db, params.id),
  )

  app.get(
    '/coins/:id/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Price history of a coin in up to 1,000 points',
        tags: ['coins'],
        params: CoinParams,
        querystring: DaysQuery,
        response: { 200: CoinHistory },
      },
    },
    async ({ params, query }) => {
      const coin = await getCoinName(db, params.id)
      return { ...coin, ...(await listPrices(db, { coinId: coin.coin_id, days: query.days, now: Date.now() })) }
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
        querystring: OhlcvQuery,
        response: { 200: CoinOhlcv },
      },
    },
    async ({ params, query }) => {
      const coin = await getCoinName(db, params.id)
      return { ...coin, interval: query.interval, ...(await listOhlcv(db, coin.coin_id, query)) }
    },
  )
  done()
}

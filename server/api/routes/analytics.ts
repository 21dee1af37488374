import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import {
  CoinAnalytics,
  CoinAnalyticsQuery,
  CorrelationMatrix,
  CorrelationQuery,
  VolatilityQuery,
  VolatilityRanking,
} from '../../../contract/analytics.ts'
import { CoinParams } from '../../../contract/coins.ts'
import { getCoinAnalytics, getCorrelationMatrix, listVolatility } from '../../warehouse/analytics.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'

export const analyticsRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/analytics/correlation',
    {
      config: { bySnapshot: true, costly: true },
      schema: {
        summary: 'Correlation matrix of the daily returns of the largest coins',
        tags: ['analytics'],
        querystring: CorrelationQuery,
        response: { 200: CorrelationMatrix },
      },
    },
    ({ query }) => getCorrelationMatrix(db, query),
  )

  app.get(
    '/analytics/volatility',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Return and risk of the tracked coins over a period, most volatile first',
        tags: ['analytics'],
        querystring: VolatilityQuery,
        response: { 200: VolatilityRanking },
      },
    },
    ({ query }) => listVolatility(db, query),
  )

  app.get(
    '/coins/:id/analytics',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Return and risk of a coin for each period, with its most and least correlated coins',
        tags: ['coins'],
        params: CoinParams,
        querystring: CoinAnalyticsQuery,
        response: { 200: CoinAnalytics },
      },
    },
    async ({ params, query }) => getCoinAnalytics(db, await getCoinName(db, params.id), query),
  )
  done()
}

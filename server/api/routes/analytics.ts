import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import {
  analyticsPeriods,
  CoinAnalytics,
  CoinAnalyticsQuery,
  CorrelationMatrix,
  CorrelationQuery,
  VolatilityQuery,
  VolatilityRanking,
} from '../../../contract/analytics.ts'
import { CoinParams } from '../../../contract/coins.ts'
import { AppError } from '../../errors.ts'
import { getCoinAnalytics, getCorrelationMatrix, listVolatility } from '../../warehouse/analytics.ts'
import { findCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'

function refuseUnknownPeriod({ period_days }: { period_days: number }): void {
  if (!analyticsPeriods.some((days) => days === period_days))
    throw new AppError(
      'unprocessable',
      `period_days must be one of ${analyticsPeriods.join(', ')}, and it is ${period_days}`,
    )
}

export const analyticsRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/analytics/correlation',
    {
      config: { bySnapshot: true, costly: true },
      schema: {
        summary: 'How the daily returns of the largest coins move together',
        tags: ['analytics'],
        querystring: CorrelationQuery,
        response: { 200: CorrelationMatrix },
      },
    },
    ({ query }) => {
      refuseUnknownPeriod(query)
      return getCorrelationMatrix(db, query)
    },
  )

  app.get(
    '/analytics/volatility',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Return and risk of the tracked coins over a period, the most volatile first',
        tags: ['analytics'],
        querystring: VolatilityQuery,
        response: { 200: VolatilityRanking },
      },
    },
    ({ query }) => {
      refuseUnknownPeriod(query)
      return listVolatility(db, query)
    },
  )

  app.get(
    '/coins/:id/analytics',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Return and risk of a coin over every period, and its most and least correlated coins',
        tags: ['coins'],
        params: CoinParams,
        querystring: CoinAnalyticsQuery,
        response: { 200: CoinAnalytics },
      },
    },
    async ({ params, query }) => {
      refuseUnknownPeriod(query)
      const coin = await findCoinName(db, params.id)
      if (coin === undefined) throw new AppError('not_found', `Coin with id ${params.id} not found`)
      return getCoinAnalytics(db, coin, query)
    },
  )
  done()
}

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { MarketHistory, MarketHistoryQuery, MarketOverview } from '../../../contract/market.ts'
import type { Mode } from '../../../contract/units.ts'
import type { Db } from '../../warehouse/db.ts'
import { getMarketHistory } from '../../warehouse/market-history.ts'
import { getMarketOverview } from '../../warehouse/overview.ts'

export const marketRoutes: FastifyPluginCallbackTypebox<{ db: Db; mode: Mode }> = (app, { db, mode }, done) => {
  app.get(
    '/market/overview',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Totals, 24h changes, dominance and top movers of the tracked market',
        tags: ['market'],
        response: { 200: MarketOverview },
      },
    },
    async () => ({ mode, ...(await getMarketOverview(db)) }),
  )

  app.get(
    '/market/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Hourly totals and dominance of the tracked market, for a constant set of coins',
        tags: ['market'],
        querystring: MarketHistoryQuery,
        response: { 200: MarketHistory },
      },
    },
    ({ query }) => getMarketHistory(db, query),
  )
  done()
}

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
        summary: 'Totals, 24 h changes, dominance and the biggest moves of the tracked market',
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
        summary: 'Totals and dominance of the tracked market at each full hour, over the same coins throughout',
        tags: ['market'],
        querystring: MarketHistoryQuery,
        response: { 200: MarketHistory },
      },
    },
    ({ query }) => getMarketHistory(db, query),
  )
  done()
}

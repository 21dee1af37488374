import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { MarketOverview } from '../../../contract/market.ts'
import type { Mode } from '../../../contract/units.ts'
import type { Db } from '../../warehouse/db.ts'
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
  done()
}

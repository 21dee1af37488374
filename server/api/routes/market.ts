import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CurrencyQuery } from '../../../contract/currencies.ts'
import { MarketHistoryCurrencyQuery, MarketHistoryIn, MarketOverviewIn } from '../../../contract/market.ts'
import type { Mode } from '../../../contract/units.ts'
import { findConversion, resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { getMarketHistory } from '../../warehouse/market-history.ts'
import { getMarketOverview } from '../../warehouse/overview.ts'
import { findNewestTick } from '../../warehouse/snapshots.ts'
import { convertMarketHistory, convertOverview } from '../in-currency.ts'

export const marketRoutes: FastifyPluginCallbackTypebox<{ db: Db; mode: Mode }> = (app, { db, mode }, done) => {
  app.get(
    '/market/overview',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Totals, 24h changes, dominance and top movers of the tracked market',
        tags: ['market'],
        querystring: CurrencyQuery,
        response: { 200: MarketOverviewIn },
      },
    },
    async ({ query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const conversion = await findConversion(db, code, (await findNewestTick(db)) ?? null)
      const overview = await getMarketOverview(db, conversion?.usdChanges['24h'] ?? 0)
      return convertOverview({ mode, ...overview }, conversion)
    },
  )

  app.get(
    '/market/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Hourly totals and dominance of the tracked market, for a constant set of coins',
        tags: ['market'],
        querystring: MarketHistoryCurrencyQuery,
        response: { 200: MarketHistoryIn },
      },
    },
    async ({ query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      return convertMarketHistory(db, await getMarketHistory(db, query), code)
    },
  )
  done()
}

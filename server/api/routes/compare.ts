import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CompareQuery, Comparison } from '../../../contract/compare.ts'
import { daysPerYear } from '../../analytics/ratios.ts'
import { resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { getComparison } from '../compare.ts'

/** `riskFreeRate`: annual, a fraction. */
export const compareRoutes: FastifyPluginCallbackTypebox<{ db: Db; riskFreeRate: number }> = (
  app,
  { db, riskFreeRate },
  done,
) => {
  app.get(
    '/analytics/compare',
    {
      config: { bySnapshot: true, costly: true },
      schema: {
        summary: 'Prices, return, risk and correlation of up to 10 coins over the same days',
        tags: ['analytics'],
        querystring: CompareQuery,
        response: { 200: Comparison },
      },
    },
    async ({ query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const year = { periods: daysPerYear, riskFreeRate }
      return getComparison(db, { coins: query.coins, range: query.range, code, now: Date.now(), year })
    },
  )
  done()
}

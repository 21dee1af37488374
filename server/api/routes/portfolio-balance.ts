import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { HoldingsRisk, HoldingsRiskQuery, NewTargets, TargetList } from '../../../contract/portfolio-balance.ts'
import { PortfolioParams } from '../../../contract/portfolios.ts'
import type { Db } from '../../warehouse/db.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { getHoldingsRisk, getTargets, saveTargets } from '../portfolio/balance.ts'
import { loadLedger } from '../portfolio/ledger.ts'

const common = { tags: ['portfolios'], ...signedIn, params: PortfolioParams }

/** Risk and targets of the caller's portfolios. That of another account is not found. */
export const portfolioBalanceRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  const find = (userId: number, id: string) => getPortfolio(db, { userId, portfolioId: Number(id) })
  app.get(
    '/portfolios/:portfolio_id/targets',
    {
      schema: {
        summary: 'Target shares of the value',
        ...common,
        response: { 200: TargetList, ...failures('unprocessable', 'unauthorized', 'not_found') },
      },
    },
    async (request) => getTargets(db, (await find(getCaller(request).id, request.params.portfolio_id)).id),
  )
  app.put(
    '/portfolios/:portfolio_id/targets',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Replace the target shares of the value',
        ...common,
        body: NewTargets,
        response: {
          200: TargetList,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found'),
        },
      },
    },
    async (request) => {
      const { id } = await find(getCaller(request).id, request.params.portfolio_id)
      return saveTargets(db, id, request.body)
    },
  )
  app.get(
    '/portfolios/:portfolio_id/risk',
    {
      config: { costly: true },
      schema: {
        summary: 'Risk of the present holdings, from the covariances of their daily returns',
        ...common,
        querystring: HoldingsRiskQuery,
        response: { 200: HoldingsRisk, ...failures('unprocessable', 'unauthorized', 'not_found') },
      },
    },
    async (request) => {
      const portfolio = await find(getCaller(request).id, request.params.portfolio_id)
      return getHoldingsRisk(db, await loadLedger(db, portfolio), request.query.period_days)
    },
  )
  done()
}

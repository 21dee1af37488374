import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { PortfolioExport, PortfolioParams } from '../../../contract/portfolios.ts'
import type { Db } from '../../warehouse/db.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'
import { readExport, toCsv } from '../portfolio/export.ts'
import { getFirstPortfolio } from '../portfolio/first.ts'

const common = { tags: ['portfolios'], ...signedIn }
const csv = { produces: ['text/csv'] }
const csvHeaders = {
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': 'attachment; filename="portfolio.csv"',
}
const reading = failures('unprocessable', 'unauthorized', 'not_found')

/** Downloads of the caller's portfolios. */
export const portfolioExportRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  app.get(
    '/portfolio/export',
    { schema: { summary: 'Transactions of your oldest portfolio as CSV', ...common, ...csv } },
    async (request, reply) => {
      const exported = await readExport(db, await getFirstPortfolio(db, getCaller(request).id))
      return reply.headers(csvHeaders).send(toCsv(exported) as never)
    },
  )
  app.get(
    '/portfolios/:portfolio_id/export.csv',
    { schema: { summary: 'Transactions as CSV', ...common, ...csv, params: PortfolioParams } },
    async (request, reply) => {
      const ref = { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) }
      const exported = await readExport(db, await getPortfolio(db, ref))
      return reply.headers(csvHeaders).send(toCsv(exported) as never)
    },
  )
  app.get(
    '/portfolios/:portfolio_id/export.json',
    {
      schema: {
        summary: 'Portfolio and transactions as JSON, amounts exact',
        ...common,
        params: PortfolioParams,
        response: { 200: PortfolioExport, ...reading },
      },
    },
    async (request) =>
      readExport(
        db,
        await getPortfolio(db, { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) }),
      ),
  )
  done()
}

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PerformanceQuery, PortfolioPerformance } from '../../../contract/portfolio-performance.ts'
import {
  LotList,
  MethodQuery,
  NewPortfolio,
  Portfolio,
  PortfolioChange,
  PortfolioList,
  PortfolioParams,
  PortfolioSummary,
} from '../../../contract/portfolios.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import {
  deletePortfolio,
  getPortfolio,
  insertPortfolio,
  listPortfolios,
  updatePortfolio,
} from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { findBitcoin, loadLedger } from '../portfolio/ledger.ts'
import { toPerformance } from '../portfolio/performance.ts'
import { toLots, toSummary } from '../portfolio/summary.ts'

const common = { tags: ['portfolios'], ...signedIn }
const reading = failures('unprocessable', 'unauthorized', 'not_found')
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found')

type Options = { db: Db; auth: Authentication }

/** The portfolios of the caller. That of another account is not found. */
export const portfolioRoutes: FastifyPluginCallbackTypebox<Options> = (app, options, done) => {
  const { db, auth } = options
  app.addHook('onRequest', auth.authenticate)
  app.get(
    '/portfolios',
    {
      schema: { summary: 'Your portfolios', ...common, response: { 200: PortfolioList, ...failures('unauthorized') } },
    },
    async (request) => ({ items: await listPortfolios(db, getCaller(request).id) }),
  )
  app.post(
    '/portfolios',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Create a portfolio',
        ...common,
        body: NewPortfolio,
        response: { 201: Portfolio, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => reply.code(201).send(await insertPortfolio(db, getCaller(request).id, request.body)),
  )
  registerOne(app, options)
  registerFigures(app, options)
  done()
}

type Register = (app: Parameters<typeof portfolioRoutes>[0], options: Options) => void

const registerOne: Register = (app, { db }) => {
  app.get(
    '/portfolios/:portfolio_id',
    {
      schema: {
        summary: 'One portfolio',
        ...common,
        params: PortfolioParams,
        response: { 200: Portfolio, ...reading },
      },
    },
    (request) => getPortfolio(db, { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) }),
  )
  app.patch(
    '/portfolios/:portfolio_id',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Rename a portfolio or change its cost method',
        ...common,
        params: PortfolioParams,
        body: PortfolioChange,
        response: { 200: Portfolio, ...changing },
      },
    },
    (request) =>
      updatePortfolio(
        db,
        { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) },
        request.body,
      ),
  )
  app.delete(
    '/portfolios/:portfolio_id',
    {
      schema: {
        summary: 'Delete a portfolio with its transactions and share links',
        ...common,
        params: PortfolioParams,
        response: { 204: Type.Null(), ...changing },
      },
    },
    async (request, reply) => {
      await deletePortfolio(db, { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) })
      return reply.code(204).send(null)
    },
  )
}

const registerFigures: Register = (app, { db }) => {
  const config = { costly: true } as const
  app.get(
    '/portfolios/:portfolio_id/summary',
    {
      config,
      schema: {
        summary: 'Holdings, profit, income and fees',
        ...common,
        params: PortfolioParams,
        querystring: MethodQuery,
        response: { 200: PortfolioSummary, ...reading },
      },
    },
    async (request) => {
      const { params, query } = request
      const portfolio = await getPortfolio(db, {
        userId: getCaller(request).id,
        portfolioId: Number(params.portfolio_id),
      })
      return toSummary(await loadLedger(db, portfolio, { method: query.cost_method, currency: query.vs_currency }))
    },
  )
  app.get(
    '/portfolios/:portfolio_id/lots',
    {
      config,
      schema: {
        summary: 'Open lots, and the lots that each disposal used',
        ...common,
        params: PortfolioParams,
        querystring: MethodQuery,
        response: { 200: LotList, ...reading },
      },
    },
    async (request) => {
      const { params, query } = request
      const portfolio = await getPortfolio(db, {
        userId: getCaller(request).id,
        portfolioId: Number(params.portfolio_id),
      })
      return toLots(await loadLedger(db, portfolio, { method: query.cost_method, currency: query.vs_currency }))
    },
  )
  app.get(
    '/portfolios/:portfolio_id/performance',
    {
      config,
      schema: {
        summary: 'Value over time, returns, risk, benchmark and contributions',
        ...common,
        params: PortfolioParams,
        querystring: PerformanceQuery,
        response: { 200: PortfolioPerformance, ...reading },
      },
    },
    async (request) => {
      const { params, query } = request
      const portfolio = await getPortfolio(db, {
        userId: getCaller(request).id,
        portfolioId: Number(params.portfolio_id),
      })
      const bitcoin = await findBitcoin(db)
      const benchmark = query.benchmark === undefined ? null : (await getCoinName(db, query.benchmark)).coin_id
      const more = [bitcoin, benchmark].filter((coin) => coin !== null)
      return toPerformance(await loadLedger(db, portfolio, { more, currency: query.vs_currency }), {
        days: query.days,
        benchmark,
        bitcoin,
      })
    },
  )
}

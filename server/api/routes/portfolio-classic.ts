import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  ClassicHolding,
  ClassicHoldingChange,
  ClassicSummary,
  HoldingParams,
  NewClassicHolding,
} from '../../../contract/portfolio-classic.ts'
import {
  Attribution,
  BenchmarkHistory,
  BenchmarkQuery,
  DaysBackQuery,
  Insights,
  ValueHistory,
  ValuePerformance,
} from '../../../contract/portfolio-performance.ts'
import type { Db } from '../../warehouse/db.ts'
import { deleteTransaction } from '../../warehouse/portfolio-transactions.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { toAttribution, toHoldings, toInsights } from '../portfolio/classic.ts'
import {
  addHolding,
  changeHolding,
  getFirstPortfolio,
  listBenchmark,
  loadFirst,
  loadFirstValues,
} from '../portfolio/first.ts'

const common = { tags: ['portfolios'], ...signedIn }
const reading = failures('unprocessable', 'unauthorized')
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found')
type Register = (app: Parameters<typeof portfolioClassicRoutes>[0], db: Db) => void

/** The paths and shapes of older clients, for the oldest portfolio of the caller. */
export const portfolioClassicRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  registerHoldings(app, db)
  registerHistory(app, db)
  registerReports(app, db)
  done()
}

const registerHoldings: Register = (app, db) => {
  app.get(
    '/portfolio/holdings',
    {
      schema: {
        summary: 'Open lots of your oldest portfolio',
        ...common,
        response: { 200: Type.Array(ClassicHolding), ...failures('unauthorized') },
      },
    },
    async (request) => toHoldings(await loadFirst(db, getCaller(request).id)),
  )
  app.post(
    '/portfolio/holdings',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Add a purchase, as of now, to your oldest portfolio',
        ...common,
        body: NewClassicHolding,
        response: { 201: ClassicHolding, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => reply.code(201).send(await addHolding(db, getCaller(request).id, request.body)),
  )
  app.put(
    '/portfolio/holdings/:holding_id',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Change quantity, price or notes of an open lot',
        ...common,
        params: HoldingParams,
        body: ClassicHoldingChange,
        response: { 200: ClassicHolding, ...changing },
      },
    },
    (request) => changeHolding(db, getCaller(request).id, Number(request.params.holding_id), request.body),
  )
  app.delete(
    '/portfolio/holdings/:holding_id',
    {
      schema: {
        summary: 'Delete the purchase of a lot',
        ...common,
        params: HoldingParams,
        response: { 204: Type.Null(), ...changing },
      },
    },
    async (request, reply) => {
      const { id } = await getFirstPortfolio(db, getCaller(request).id)
      await deleteTransaction(db, id, Number(request.params.holding_id))
      return reply.code(204).send(null)
    },
  )
}

const registerHistory: Register = (app, db) => {
  const config = { costly: true } as const
  app.get(
    '/portfolio/performance',
    {
      config,
      schema: {
        summary: 'Value of your oldest portfolio at the end of each day',
        ...common,
        querystring: DaysBackQuery,
        response: { 200: ValuePerformance, ...reading },
      },
    },
    async (request) => {
      const { days } = request.query
      const points = await loadFirstValues(db, getCaller(request).id, days)
      return { days, data_points: points.map(({ timestamp, value_usd }) => ({ timestamp, value_usd })) }
    },
  )
  app.get(
    '/portfolio/history',
    {
      config,
      schema: {
        summary: 'Value of your oldest portfolio over time',
        ...common,
        querystring: DaysBackQuery,
        response: { 200: ValueHistory, ...reading },
      },
    },
    async (request) => {
      const points = await loadFirstValues(db, getCaller(request).id, request.query.days)
      return points.map(({ timestamp, value_usd: value }) => ({ timestamp, value }))
    },
  )
  app.get(
    '/portfolio/benchmark',
    {
      config,
      schema: {
        summary: 'Price of a coin at the times of GET /portfolio/performance, 100 at the first',
        ...common,
        querystring: BenchmarkQuery,
        response: { 200: BenchmarkHistory, ...reading, ...failures('not_found') },
      },
    },
    async (request) => {
      const { days, symbol } = request.query
      return { symbol, days, data_points: await listBenchmark(db, getCaller(request).id, { days, symbol }) }
    },
  )
}

const registerReports: Register = (app, db) => {
  app.get(
    '/portfolio',
    {
      schema: {
        summary: 'Value and cost of your oldest portfolio',
        ...common,
        response: { 200: ClassicSummary, ...failures('unauthorized') },
      },
    },
    async (request) => {
      const ledger = await loadFirst(db, getCaller(request).id)
      const { total_value, total_cost_basis, total_pnl, total_return_pct, holdings } = toAttribution(ledger)
      return {
        total_value_usd: total_value,
        total_cost_basis_usd: total_cost_basis,
        total_pnl_usd: total_pnl,
        total_pnl_pct: total_return_pct,
        holdings_count: toHoldings(ledger).length,
        unique_coins: holdings.length,
      }
    },
  )
  app.get(
    '/portfolio/attribution',
    {
      schema: {
        summary: 'What each holding adds to the return of your oldest portfolio',
        ...common,
        response: { 200: Attribution, ...failures('unauthorized') },
      },
    },
    async (request) => toAttribution(await loadFirst(db, getCaller(request).id)),
  )
  app.get(
    '/portfolio/insights',
    {
      schema: {
        summary: 'What stands out in your oldest portfolio',
        ...common,
        response: { 200: Insights, ...failures('unauthorized') },
      },
    },
    async (request) => ({ insights: toInsights(toAttribution(await loadFirst(db, getCaller(request).id))) }),
  )
}

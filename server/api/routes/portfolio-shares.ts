import { createHash, randomBytes } from 'node:crypto'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  NewShare,
  PortfolioParams,
  ShareCreated,
  SharedPortfolio,
  ShareList,
  ShareParams,
  ShareTokenParams,
} from '../../../contract/portfolios.ts'
import { AppError } from '../../errors.ts'
import type { Db } from '../../warehouse/db.ts'
import { deleteShare, findShared, insertShare, listShares } from '../../warehouse/portfolio-shares.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { loadLedger } from '../portfolio/ledger.ts'
import { toPerformance } from '../portfolio/performance.ts'
import { toSummary } from '../portfolio/summary.ts'

const tags = ['portfolios']
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found')
const tokenBytes = 32

/** A fast hash is safe because a token has 256 random bits. */
const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

async function readShared(db: Db, token: string): Promise<SharedPortfolio> {
  const found = await findShared(db, hashToken(token))
  if (found === null) throw new AppError('not_found', 'This link shows no portfolio. It may have been revoked.')
  const { hidesAmounts } = found
  const ledger = await loadLedger(db, await getPortfolio(db, found))
  const { name, as_of, totals, positions } = toSummary(ledger)
  const hide = <T>(amount: T): T | null => (hidesAmounts ? null : amount)
  return {
    name,
    as_of,
    hides_amounts: hidesAmounts,
    value_usd: hide(totals.value_usd),
    profit_usd: hide(totals.profit_usd),
    unrealized_pct: totals.unrealized_pct,
    time_weighted_return: toPerformance(ledger, { bitcoin: null }).time_weighted_return,
    positions: positions
      .filter(({ quantity }) => quantity > 0)
      .map(({ coin_id, coingecko_id, symbol, name, image_url, logo_url, ...figures }) => ({
        ...{ coin_id, coingecko_id, symbol, name, image_url, logo_url },
        quantity: hide(figures.quantity),
        value_usd: hide(figures.value_usd),
        price_usd: figures.price_usd,
        unrealized_pct: figures.unrealized_pct,
        weight_pct: figures.weight_pct,
      })),
  }
}

/** Links that show a portfolio, and what they show. */
export const portfolioShareRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  const own = { tags, ...signedIn }
  const check = async (request: { params: { portfolio_id: string } } & Parameters<typeof getCaller>[0]) =>
    (await getPortfolio(db, { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) })).id

  app.get(
    '/portfolios/:portfolio_id/shares',
    {
      onRequest: auth.authenticate,
      schema: {
        summary: 'Share links',
        ...own,
        params: PortfolioParams,
        response: { 200: ShareList, ...failures('unprocessable', 'unauthorized', 'not_found') },
      },
    },
    async (request) => ({ items: await listShares(db, await check(request)) }),
  )
  app.post(
    '/portfolios/:portfolio_id/shares',
    {
      onRequest: auth.authenticate,
      validatorCompiler: exactBody,
      schema: {
        summary: 'Create a share link',
        ...own,
        params: PortfolioParams,
        body: NewShare,
        response: { 201: ShareCreated, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => {
      const token = randomBytes(tokenBytes).toString('base64url')
      const given = { tokenHash: hashToken(token), hidesAmounts: request.body.hides_amounts }
      const created = await insertShare(db, await check(request), given)
      return reply.code(201).send({ ...created, token, path: `/shared/${token}` })
    },
  )
  app.delete(
    '/portfolios/:portfolio_id/shares/:share_id',
    {
      onRequest: auth.authenticate,
      schema: {
        summary: 'Revoke a share link',
        ...own,
        params: ShareParams,
        response: { 204: Type.Null(), ...changing },
      },
    },
    async (request, reply) => {
      await deleteShare(db, await check(request), Number(request.params.share_id))
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/public/portfolios/:token',
    {
      config: { costly: true },
      schema: {
        summary: 'The portfolio of a share link',
        tags,
        params: ShareTokenParams,
        response: { 200: SharedPortfolio, ...failures('unprocessable', 'not_found') },
      },
    },
    (request) => readShared(db, request.params.token),
  )
  done()
}

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  PortfolioParams,
  Transaction,
  TransactionBody,
  TransactionList,
  TransactionParams,
  TransactionQuery,
} from '../../../contract/portfolios.ts'
import { toPage } from '../../../contract/queries.ts'
import type { Db } from '../../warehouse/db.ts'
import { listCoinLabels } from '../../warehouse/portfolio-prices.ts'
import {
  assertRoom,
  deleteTransaction,
  getTransaction,
  insertTransactions,
  pageTransactions,
  type StoredTransaction,
  updateTransaction,
} from '../../warehouse/portfolio-transactions.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { toNewTransaction, toTransaction } from '../portfolio/transactions.ts'

const common = { tags: ['portfolios'], ...signedIn }
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found')

async function show(db: Db, rows: StoredTransaction[]) {
  const coins = rows.flatMap(({ coin_id, fee_coin_id }) => (fee_coin_id === null ? [coin_id] : [coin_id, fee_coin_id]))
  const labels = await listCoinLabels(db, coins)
  return rows.map((row) => toTransaction(row, labels))
}

/** The transaction of a portfolio as it is shown. Throws `not_found`. */
async function showTransaction(db: Db, portfolioId: number, id: number) {
  const [shown] = await show(db, [await getTransaction(db, portfolioId, id)])
  return shown as NonNullable<typeof shown>
}

/** Adds one transaction and returns its id. */
async function addTransaction(db: Db, portfolioId: number, body: TransactionBody): Promise<number> {
  const given = { ...(await toNewTransaction(db, body)), source: null, fingerprint: null }
  return db.transaction().execute(async (tx) => {
    const [id] = await insertTransactions(tx, portfolioId, [given])
    await assertRoom(tx, portfolioId)
    return id as number
  })
}

type Owned = { params: { portfolio_id: string } } & Parameters<typeof getCaller>[0]

/** The id of the caller's portfolio that a request names. Throws `not_found`. */
async function getOwnId(db: Db, request: Owned): Promise<number> {
  const ref = { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) }
  return (await getPortfolio(db, ref)).id
}

/** The transactions of the caller's portfolios. */
export const portfolioTransactionRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  const check = (request: Owned) => getOwnId(db, request)

  app.get(
    '/portfolios/:portfolio_id/transactions',
    {
      schema: {
        summary: 'Transactions, newest first',
        ...common,
        params: PortfolioParams,
        querystring: TransactionQuery,
        response: { 200: TransactionList, ...failures('unprocessable', 'unauthorized', 'not_found') },
      },
    },
    async (request) => {
      const { rows, total } = await pageTransactions(db, await check(request), request.query)
      return toPage(await show(db, rows), total, request.query)
    },
  )
  app.post(
    '/portfolios/:portfolio_id/transactions',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Add a transaction',
        ...common,
        params: PortfolioParams,
        body: TransactionBody,
        response: { 201: Transaction, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => {
      const portfolioId = await check(request)
      const id = await addTransaction(db, portfolioId, request.body)
      return reply.code(201).send(await showTransaction(db, portfolioId, id))
    },
  )
  app.put(
    '/portfolios/:portfolio_id/transactions/:transaction_id',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Replace a transaction',
        ...common,
        params: TransactionParams,
        body: TransactionBody,
        response: { 200: Transaction, ...changing },
      },
    },
    async (request) => {
      const portfolioId = await check(request)
      const id = Number(request.params.transaction_id)
      await getTransaction(db, portfolioId, id)
      await updateTransaction(db, portfolioId, id, await toNewTransaction(db, request.body))
      return showTransaction(db, portfolioId, id)
    },
  )
  app.delete(
    '/portfolios/:portfolio_id/transactions/:transaction_id',
    {
      schema: {
        summary: 'Delete a transaction',
        ...common,
        params: TransactionParams,
        response: { 204: Type.Null(), ...changing },
      },
    },
    async (request, reply) => {
      await deleteTransaction(db, await check(request), Number(request.params.transaction_id))
      return reply.code(204).send(null)
    },
  )
  done()
}

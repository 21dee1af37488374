import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { CoinParams } from '../../../contract/coins.ts'
import { maxWatched } from '../../../contract/lists.ts'
import {
  Watchlist,
  WatchlistAdded,
  WatchlistMerge,
  WatchlistMerged,
  WatchlistOrder,
} from '../../../contract/watchlist.ts'
import { AppError } from '../../errors.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import { deleteWatched, insertWatched, listWatchlist, mergeWatched, reorderWatched } from '../../warehouse/watchlist.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const tags = ['watchlist']

const getCoinId = async (db: Db, id: string): Promise<number> => (await getCoinName(db, id)).coin_id

const notWatched = (id: string): AppError => new AppError('not_found', `Coin ${id} is not on your watchlist.`)

/** Moves the coins to the top of the watchlist, in this order. */
async function reorder(db: Db, userId: number, coins: string[]): Promise<Watchlist> {
  const coinIds: number[] = []
  for (const id of coins) coinIds.push(await getCoinId(db, id))
  if (new Set(coinIds).size < coinIds.length)
    throw new AppError('unprocessable', 'coins contains a duplicate. List each coin once.')
  const [missing] = await reorderWatched(db, userId, coinIds)
  if (missing !== undefined) throw notWatched(String(coins[coinIds.indexOf(missing)]))
  return listWatchlist(db, userId)
}

async function add(db: Db, userId: number, id: string): Promise<Static<typeof WatchlistAdded>> {
  const coinId = await getCoinId(db, id)
  const outcome = await insertWatched(db, { userId, coinId })
  if (outcome === 'full')
    throw new AppError('conflict', `Your watchlist is full (${maxWatched} coins). Remove a coin first.`)
  return { message: outcome === 'added' ? 'Added to watchlist' : 'Already in watchlist', coin_id: coinId }
}

const reorderSchema = {
  summary: 'Move coins of your watchlist to the top, in the given order',
  tags,
  ...signedIn,
  body: WatchlistOrder,
  response: {
    200: Watchlist,
    ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found'),
  },
}

const mergeSchema = {
  summary: 'Add several coins to your watchlist, up to its limit',
  tags,
  ...signedIn,
  body: WatchlistMerge,
  response: { 200: WatchlistMerged, ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden') },
}

/** The caller's own watchlist. */
export const watchlistRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)

  app.get(
    '/watchlist',
    {
      schema: {
        summary: 'Your watchlist, in your order',
        tags,
        ...signedIn,
        response: { 200: Watchlist, ...failures('unauthorized') },
      },
    },
    (request) => listWatchlist(db, getCaller(request).id),
  )

  app.put(
    '/watchlist',
    {
      validatorCompiler: exactBody,
      schema: reorderSchema,
    },
    (request) => reorder(db, getCaller(request).id, request.body.coins.map(String)),
  )

  app.post(
    '/watchlist',
    {
      validatorCompiler: exactBody,
      schema: mergeSchema,
    },
    (request) => mergeWatched(db, getCaller(request).id, request.body.coins),
  )

  app.post(
    '/watchlist/:id',
    {
      schema: {
        summary: 'Add a coin to your watchlist',
        tags,
        ...signedIn,
        params: CoinParams,
        response: {
          201: WatchlistAdded,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      return reply.code(201).send(await add(db, getCaller(request).id, request.params.id))
    },
  )

  app.delete(
    '/watchlist/:id',
    {
      schema: {
        summary: 'Remove a coin from your watchlist',
        tags,
        ...signedIn,
        params: CoinParams,
        response: {
          204: Type.Null(),
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const coinId = await getCoinId(db, request.params.id)
      const deleted = await deleteWatched(db, { userId: getCaller(request).id, coinId })
      if (deleted === 0) throw notWatched(request.params.id)
      return reply.code(204).send(null)
    },
  )
  done()
}

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CoinDetail, CoinList, CoinListQuery, CoinParams } from '../../../contract/coins.ts'
import { AppError } from '../../errors.ts'
import { findCoin, listCoins } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'

export const coinRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/coins',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Tracked coins with their latest snapshot, paged, searched and sorted',
        tags: ['coins'],
        querystring: CoinListQuery,
        response: { 200: CoinList },
      },
    },
    ({ query }) => listCoins(db, query),
  )

  app.get(
    '/coins/:id',
    {
      config: { bySnapshot: true },
      schema: { summary: 'One coin', tags: ['coins'], params: CoinParams, response: { 200: CoinDetail } },
    },
    async ({ params }) => {
      const coin = await findCoin(db, params.id)
      if (coin === undefined) throw new AppError('not_found', `Coin with id ${params.id} not found`)
      return coin
    },
  )
  done()
}

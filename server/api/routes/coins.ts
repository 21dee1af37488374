import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CoinDetails } from '../../../contract/coin-details.ts'
import { CoinDetail, CoinList, CoinListCurrencyQuery, CoinParams } from '../../../contract/coins.ts'
import { CurrencyQuery } from '../../../contract/currencies.ts'
import { findSnapshotTime, getCoin, listCoins } from '../../warehouse/coins.ts'
import { findConversion, resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { findNewestTick } from '../../warehouse/snapshots.ts'
import type { DetailReader } from '../coin-details.ts'
import { convertCoins, convertDetail } from '../in-currency.ts'

export const coinRoutes: FastifyPluginCallbackTypebox<{ db: Db; details: DetailReader }> = (
  app,
  { db, details },
  done,
) => {
  app.get(
    '/coins',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Tracked coins with their latest snapshot. Supports search, sorting and pages',
        tags: ['coins'],
        querystring: CoinListCurrencyQuery,
        response: { 200: CoinList },
      },
    },
    async ({ query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const conversion = await findConversion(db, code, (await findNewestTick(db)) ?? null)
      return convertCoins(db, await listCoins(db, query), conversion)
    },
  )

  app.get(
    '/coins/:id',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'One coin',
        tags: ['coins'],
        params: CoinParams,
        querystring: CurrencyQuery,
        response: { 200: CoinDetail },
      },
    },
    async ({ params, query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const coin = await getCoin(db, params.id)
      return convertDetail(db, coin, await findConversion(db, code, await findSnapshotTime(db, coin.id)))
    },
  )

  app.get(
    '/coins/:id/details',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Description, links, categories and markets of a coin, from CoinGecko',
        tags: ['coins'],
        params: CoinParams,
        response: { 200: CoinDetails },
      },
    },
    async ({ params }) => details.read(await getCoin(db, params.id)),
  )
  done()
}

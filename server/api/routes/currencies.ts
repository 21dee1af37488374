import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CurrencyList } from '../../../contract/currencies.ts'
import { listCurrencies } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { findNewestTick } from '../../warehouse/snapshots.ts'

export const currencyRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/currencies',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Currencies of vs_currency with their US dollar rates at the newest snapshot',
        tags: ['market'],
        response: { 200: CurrencyList },
      },
    },
    async () => listCurrencies(db, Date.parse((await findNewestTick(db)) ?? new Date().toISOString())),
  )
  done()
}

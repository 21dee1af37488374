import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CurrencyList } from '../../../contract/currencies.ts'
import { listCurrencies } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'

export const currencyRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/currencies',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Currencies of vs_currency with their newest US dollar rates',
        tags: ['market'],
        response: { 200: CurrencyList },
      },
    },
    () => listCurrencies(db, Date.now()),
  )
  done()
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import type { Db } from '../../warehouse/db.ts'
import { type ApiAccess, checkReads } from '../plugins/api-access.ts'
import { coingeckoChartRoutes } from './coingecko-charts.ts'
import { coingeckoCoinRoutes } from './coingecko-coins.ts'
import { coingeckoGlobalRoutes } from './coingecko-global.ts'
import { coingeckoListRoutes } from './coingecko-lists.ts'
import { coingeckoMarketRoutes } from './coingecko-markets.ts'

/** Paths of CoinGecko whose data is not in the warehouse. */
const unavailable =
  /^\/(asset_platforms|companies|derivatives|entities|exchanges|insights|news|nfts|onchain|public_treasury|token_lists)(\/|$)|^\/coins\/[^/]+\/(circulating_supply_chart|contract|supply_breakdown|tickers|total_supply_chart)(\/|$)|^\/coins\/list\/new$|^\/(global\/decentralized_finance_defi|key)$/

function refuse({ method, url }: FastifyRequest, prefix: string): never {
  const path = (url.split('?')[0] ?? '').slice(prefix.length)
  if (unavailable.test(path))
    throw new AppError('not_implemented', `This warehouse has no data for ${path}. See /api/docs for what it has.`)
  throw new AppError('not_found', `Route not found: ${method} ${path}. See /api/docs.`)
}

/** Where clients of CoinGecko send their key; as query parameters with underscores. */
export const coingeckoKeyHeaders = ['x-cg-demo-api-key', 'x-cg-pro-api-key']

function readKey({ headers, query }: FastifyRequest): string | undefined {
  const parameters = query as Record<string, unknown>
  const given = coingeckoKeyHeaders.flatMap((name) => [headers[name], parameters[name.replaceAll('-', '_')]])
  return given.find((key) => typeof key === 'string' && key !== '') as string | undefined
}

/** The API of CoinGecko from the warehouse. Its keys are API keys of CryptoFlow. */
export const coingeckoRoutes: FastifyPluginAsyncTypebox<{ db: Db; access: ApiAccess | null }> = async (
  app,
  { db, access },
) => {
  checkReads(app, access, { readGiven: readKey })
  app.setNotFoundHandler((request) => refuse(request, app.prefix))
  await app.register(coingeckoMarketRoutes, { db })
  await app.register(coingeckoCoinRoutes, { db })
  await app.register(coingeckoChartRoutes, { db })
  await app.register(coingeckoGlobalRoutes, { db })
  await app.register(coingeckoListRoutes, { db })
}

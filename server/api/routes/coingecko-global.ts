import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { answers } from '../../../contract/coingecko.ts'
import { Global, SearchQuery, SearchResult } from '../../../contract/coingecko-global.ts'
import { listMarketRows, searchMarketRows } from '../../warehouse/coingecko-markets.ts'
import type { Db } from '../../warehouse/db.ts'
import { getMarketOverview } from '../../warehouse/overview.ts'
import { findNewestTick, listRates } from '../../warehouse/rates.ts'
import { categories } from './coingecko-categories.ts'
import { inCurrencies, toImages } from './coingecko-values.ts'

const tags = ['coingecko']
const maxFound = 25
const maxShares = 10

async function search(db: Db, text: string): Promise<SearchResult> {
  const rows = text === '' ? [] : await searchMarketRows(db, { text, limit: maxFound })
  const named = categories.filter(({ name }) => text !== '' && name.toLowerCase().includes(text.toLowerCase()))
  return {
    coins: rows.map((row) => {
      const { thumb, large } = toImages(row.image_url)
      const { coingecko_id: id, name, symbol, market_cap_rank } = row
      return { id, name, api_symbol: id, symbol: symbol.toUpperCase(), market_cap_rank, thumb, large }
    }),
    exchanges: [],
    icos: [],
    categories: named.map(({ id, name }) => ({ id, name })),
    nfts: [],
  }
}

async function getGlobal(db: Db): Promise<Global> {
  const [overview, rates, largest] = await Promise.all([
    getMarketOverview(db),
    findNewestTick(db).then((at) => listRates(db, at)),
    listMarketRows(db, { selection: null, order: 'market_cap_desc', limit: maxShares, offset: 0 }),
  ])
  const total = overview.total_market_cap
  const shares = largest.flatMap(({ symbol, market_cap }) =>
    market_cap === null || total === 0 ? [] : [[symbol, (market_cap / total) * 100]],
  )
  return {
    data: {
      active_cryptocurrencies: overview.active_coins,
      upcoming_icos: 0,
      ongoing_icos: 0,
      ended_icos: 0,
      markets: 0,
      total_market_cap: inCurrencies(rates, total),
      total_volume: inCurrencies(rates, overview.total_volume_24h),
      market_cap_percentage: Object.fromEntries(shares),
      market_cap_change_percentage_24h_usd: overview.market_cap_change_24h_pct,
      volume_change_percentage_24h_usd: overview.volume_change_24h_pct,
      updated_at: Math.floor(Date.parse(overview.last_updated ?? new Date(0).toISOString()) / 1000),
    },
  }
}

/** Search and totals, as CoinGecko answers them. */
export const coingeckoGlobalRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/search',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Coins by part of their name, symbol or id',
        tags,
        querystring: SearchQuery,
        response: answers(SearchResult),
      },
    },
    ({ query }) => search(db, query.query.trim()),
  )

  app.get(
    '/global',
    {
      config: { bySnapshot: true },
      schema: { summary: 'Totals and shares of the tracked market', tags, response: answers(Global) },
    },
    () => getGlobal(db),
  )
  done()
}

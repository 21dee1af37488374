import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { CoinParams } from '../../../contract/coins.ts'
import { CurrencyQuery } from '../../../contract/currencies.ts'
import {
  Categories,
  Dominance,
  DominanceQuery,
  KpiSparklines,
  MarketSummary,
  MarketSummaryQuery,
  Sectors,
  Sentiment,
  SentimentQuery,
  VolatilityHistory,
} from '../../../contract/market-figures.ts'
import { listPeriods } from '../../warehouse/analytics.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import { findConversion, resolveCurrency, toCurrency, toResponseCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { getMarketHistory, listDominance } from '../../warehouse/market-history.ts'
import { getMarketSummary } from '../../warehouse/market-summary.ts'
import { listCategories, listSectors } from '../../warehouse/sectors.ts'
import { findNewestTick } from '../../warehouse/snapshots.ts'
import { convertMarketHistory, convertSectors } from '../in-currency.ts'
import { getSentiment } from '../sentiment.ts'

const sparklineDays = 7
const isKnown = (value: number | null): value is number => value !== null

/** Figures of the market with amounts, at the paths that older clients call. */
export const marketFigureRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  const findNewest = async (vsCurrency: string) => {
    const code = await resolveCurrency(db, vsCurrency)
    return findConversion(db, code, (await findNewestTick(db)) ?? null)
  }

  app.get(
    '/market/kpi-sparklines',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Hourly market cap, volume and BTC dominance of 7 days, as lists of numbers',
        tags: ['market'],
        querystring: CurrencyQuery,
        response: { 200: KpiSparklines },
      },
    },
    async ({ query }) => {
      const code = await resolveCurrency(db, query.vs_currency)
      const history = await convertMarketHistory(db, await getMarketHistory(db, { days: sparklineDays }), code)
      const { points, currency } = history
      return {
        ...(currency === undefined ? {} : { currency }),
        market_cap: points.map(({ market_cap }) => market_cap).filter(isKnown),
        volume: points.map(({ volume }) => volume).filter(isKnown),
        btc_dominance: points.map(({ btc_dominance }) => btc_dominance).filter(isKnown),
      }
    },
  )

  app.get(
    '/market/summary',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Best, worst and most volatile coins of a period',
        tags: ['market'],
        querystring: MarketSummaryQuery,
        response: { 200: MarketSummary },
      },
    },
    async ({ query }) => {
      const conversion = await findNewest(query.vs_currency)
      const summary = await getMarketSummary(db, query.period)
      if (conversion === null) return summary
      const market_cap = toCurrency(summary.market_cap, conversion)
      return { ...summary, currency: toResponseCurrency(conversion), market_cap }
    },
  )

  app.get(
    '/market/sectors',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Market cap, volume, 24h change and largest coins of each category',
        tags: ['market'],
        querystring: CurrencyQuery,
        response: { 200: Sectors },
      },
    },
    async ({ query }) => convertSectors(await listSectors(db), await findNewest(query.vs_currency)),
  )

  done()
}

/** Figures without amounts, at the paths that older clients call. */
export const marketShareRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/market/dominance',
    {
      config: { bySnapshot: true, costly: true },
      schema: {
        summary: 'Shares of the largest coins in the market cap over time',
        tags: ['market'],
        querystring: DominanceQuery,
        response: { 200: Dominance },
      },
    },
    ({ query }) => listDominance(db, query),
  )

  app.get(
    '/market/sentiment',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Fear and greed from 0 to 100, computed from closes and volumes, with its parts',
        tags: ['market'],
        querystring: SentimentQuery,
        response: { 200: Sentiment },
      },
    },
    ({ query }) => getSentiment(db, { ...query, now: Date.now() }),
  )

  app.get(
    '/coins/categories',
    {
      config: { bySnapshot: true },
      schema: { summary: 'Categories of the tracked coins', tags: ['coins'], response: { 200: Categories } },
    },
    () => listCategories(db),
  )

  app.get(
    '/analytics/volatility/:id/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'Return and risk of a coin for each period',
        tags: ['analytics'],
        params: CoinParams,
        response: { 200: VolatilityHistory },
      },
    },
    async ({ params }) => {
      const coin = await getCoinName(db, params.id)
      return { ...coin, entries: (await listPeriods(db, coin.coin_id)).periods }
    },
  )
  done()
}

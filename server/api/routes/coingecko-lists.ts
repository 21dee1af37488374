import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { answers } from '../../../contract/coingecko.ts'
import {
  CapChart,
  CapChartQuery,
  Categories,
  CategoriesQuery,
  CategoryNames,
  type CategoryOrder,
  Movers,
  MoversQuery,
  RateList,
  Trending,
} from '../../../contract/coingecko-lists.ts'
import { defaultCurrency } from '../../../contract/currencies.ts'
import { AppError } from '../../errors.ts'
import { listMarketRows, type MarketRow } from '../../warehouse/coingecko-markets.ts'
import { listVolumeChanges } from '../../warehouse/coingecko-trending.ts'
import type { Db } from '../../warehouse/db.ts'
import { getMarketHistory } from '../../warehouse/market-history.ts'
import { convertEach, findRateChanges, listSourceRates, toOwnPct } from '../../warehouse/rates.ts'
import { categories } from './coingecko-categories.ts'
import { findChanges, getCurrency, toChange, toChangePct, toImages } from './coingecko-values.ts'

const tags = ['coingecko']
const maxMovers = 30
const minVolumeUsd = 50_000
const maxTrending = 15
const allCoins = 50_000
const hourlyDays = 30
const maxChartDays = 3650

async function getMovers(db: Db, query: MoversQuery): Promise<Movers> {
  const { code, rate, at } = await getCurrency(db, query.vs_currency)
  const { duration: window = '24h', top_coins: top = '1000' } = query
  const limit = top === 'all' ? allCoins : Number(top)
  const listed = await listMarketRows(db, { selection: null, order: 'market_cap_desc', limit, offset: 0 })
  const rows = listed.filter(({ volume }) => (volume ?? 0) >= minVolumeUsd)
  const changeOf = await findChanges(db, rows, [window])
  const rateChange = await findRateChanges(db, { codes: [code], at, windows: [window, '24h'] })
  const movers = rows
    .flatMap((row) => {
      const pct = toOwnPct(changeOf(row, window), rateChange(code, window))
      return pct === null ? [] : [{ row, pct }]
    })
    .sort((a, b) => b.pct - a.pct)
  const toItem = ({ row, pct }: { row: MarketRow; pct: number }) => ({
    id: row.coingecko_id,
    symbol: row.symbol,
    name: row.name,
    image: row.image_url ?? '',
    market_cap_rank: row.market_cap_rank,
    [code]: row.price_usd / rate,
    [`${code}_24h_vol`]: (row.volume ?? 0) / rate,
    [`${code}_24h_change`]: toOwnPct(row.price_change_24h_pct, rateChange(code, '24h')),
    [`${code}_${window}_change`]: pct,
  })
  return {
    top_gainers: movers
      .filter(({ pct }) => pct > 0)
      .slice(0, maxMovers)
      .map(toItem),
    top_losers: movers
      .filter(({ pct }) => pct < 0)
      .reverse()
      .slice(0, maxMovers)
      .map(toItem),
  }
}

const usdText = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 })

async function getTrending(db: Db): Promise<Trending> {
  const changes = await listVolumeChanges(db, { limit: maxTrending, minVolumeUsd })
  const ids = changes.map(({ coingecko_id }) => coingecko_id)
  const rows = await listMarketRows(db, { selection: { ids }, order: 'market_cap_desc', limit: maxTrending, offset: 0 })
  const { rate: btc } = await getCurrency(db, 'btc').catch(() => ({ rate: null }))
  const inBtc = (value: number | null) => (value === null || btc === null ? '' : String(value / btc))
  const items = changes.flatMap(({ coingecko_id, change_pct }, score) => {
    const row = rows.find((one) => one.coingecko_id === coingecko_id)
    if (row === undefined) return []
    const item = {
      id: coingecko_id,
      coin_id: row.coin_id,
      name: row.name,
      symbol: row.symbol.toUpperCase(),
      market_cap_rank: row.market_cap_rank,
      ...toImages(row.image_url),
      slug: '',
      price_btc: btc === null ? null : row.price_usd / btc,
      score,
      data: {
        price: row.price_usd,
        price_btc: inBtc(row.price_usd),
        price_change_percentage_24h: row.price_change_24h_pct === null ? {} : { usd: row.price_change_24h_pct },
        market_cap: row.market_cap === null ? '' : usdText.format(row.market_cap),
        market_cap_btc: inBtc(row.market_cap),
        total_volume: row.volume === null ? '' : usdText.format(row.volume),
        total_volume_btc: inBtc(row.volume),
        sparkline: '',
        content: {
          title: 'Volume change',
          description: `24h volume ${change_pct >= 0 ? '+' : ''}${change_pct.toFixed(1)}% within 24 h. This list ranks coins by the change of their volume, not by searches.`,
        },
      },
    }
    return [{ item }]
  })
  return { coins: items, nfts: [], categories: [] }
}

const byOrder: Record<CategoryOrder, (a: Categories[number], b: Categories[number]) => number> = {
  market_cap_desc: (a, b) => b.market_cap - a.market_cap,
  market_cap_asc: (a, b) => a.market_cap - b.market_cap,
  name_desc: (a, b) => b.name.localeCompare(a.name),
  name_asc: (a, b) => a.name.localeCompare(b.name),
  market_cap_change_24h_desc: (a, b) => (b.market_cap_change_24h ?? -1e9) - (a.market_cap_change_24h ?? -1e9),
  market_cap_change_24h_asc: (a, b) => (a.market_cap_change_24h ?? 1e9) - (b.market_cap_change_24h ?? 1e9),
}

const sum = (values: (number | null)[]): number => values.reduce<number>((total, value) => total + (value ?? 0), 0)

async function listCategories(db: Db, order: CategoryOrder): Promise<Categories> {
  const found: Categories = []
  for (const { id, name, kind } of categories) {
    const rows = await listMarketRows(db, { selection: { kind }, order: 'market_cap_desc', limit: allCoins, offset: 0 })
    const compared = rows.filter((row) => toChange(row.market_cap, row.market_cap_change_24h_pct) !== null)
    const now = sum(compared.map((row) => row.market_cap))
    const change = sum(compared.map((row) => toChange(row.market_cap, row.market_cap_change_24h_pct)))
    const top = rows.slice(0, 3)
    const updated = Math.max(0, ...rows.map(({ timestamp }) => Date.parse(timestamp)))
    found.push({
      id,
      name,
      market_cap: sum(rows.map((row) => row.market_cap)),
      market_cap_change_24h: compared.length === 0 ? null : toChangePct(now, now - change),
      content: '',
      top_3_coins_id: top.map((row) => row.coingecko_id),
      top_3_coins: top.map((row) => toImages(row.image_url).small),
      volume_24h: sum(rows.map((row) => row.volume)),
      updated_at: new Date(updated).toISOString(),
    })
  }
  return found.sort(byOrder[order])
}

async function getCapChart(db: Db, { days, vs_currency = defaultCurrency }: { days: string; vs_currency?: string }) {
  const { code } = await getCurrency(db, vs_currency)
  const count = days === 'max' ? maxChartDays : Number(days)
  const { points } = await getMarketHistory(db, { days: count, step: count <= hourlyDays ? 'hour' : 'day' })
  const totals = points.map(({ timestamp, market_cap, volume }) => ({ at: Date.parse(timestamp), market_cap, volume }))
  const converted = await convertEach(db, totals, {
    code,
    now: Date.now(),
    divide: ({ at, market_cap, volume }, rate) => ({ at, market_cap: market_cap / rate, volume: volume / rate }),
  })
  return {
    market_cap_chart: {
      market_cap: converted.map(({ at, market_cap }) => [at, market_cap]),
      volume: converted.map(({ at, volume }) => [at, volume]),
    },
  }
}

async function getRateList(db: Db) {
  const rates = await listSourceRates(db)
  if (rates.length === 0) throw new AppError('not_implemented', 'This warehouse has no exchange rates yet.')
  return { rates: Object.fromEntries(rates.map(({ code, ...rate }) => [code, rate])) }
}

/** Rankings, categories, totals over time and exchange rates, as CoinGecko answers them. */
export const coingeckoListRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  const config = { bySnapshot: true }
  const costly = { ...config, costly: true as const }

  app.get(
    '/coins/top_gainers_losers',
    {
      config: costly,
      schema: { summary: 'Coins that rose and fell most', tags, querystring: MoversQuery, response: answers(Movers) },
    },
    ({ query }) => getMovers(db, query),
  )
  app.get(
    '/search/trending',
    { config, schema: { summary: 'Coins whose volume rose most over 24 h', tags, response: answers(Trending) } },
    () => getTrending(db),
  )
  app.get(
    '/coins/categories/list',
    { schema: { summary: 'Categories that the warehouse tells apart', tags, response: answers(CategoryNames) } },
    async () => categories.map(({ id, name }) => ({ category_id: id, name })),
  )
  app.get(
    '/coins/categories',
    {
      config,
      schema: {
        summary: 'Categories with their totals',
        tags,
        querystring: CategoriesQuery,
        response: answers(Categories),
      },
    },
    ({ query }) => listCategories(db, query.order ?? 'market_cap_desc'),
  )
  app.get(
    '/global/market_cap_chart',
    {
      config: costly,
      schema: {
        summary: 'Total market cap and volume over time',
        tags,
        querystring: CapChartQuery,
        response: answers(CapChart),
      },
    },
    ({ query }) => getCapChart(db, query),
  )
  app.get(
    '/exchange_rates',
    { config, schema: { summary: 'Value of 1 BTC in each currency', tags, response: answers(RateList) } },
    () => getRateList(db),
  )
  done()
}

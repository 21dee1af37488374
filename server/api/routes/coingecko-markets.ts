import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { answers } from '../../../contract/coingecko.ts'
import {
  type ChangeWindow,
  CoinListQuery,
  CoinNames,
  Currencies,
  type Market,
  Markets,
  MarketsQuery,
  maxMarkets,
  Ping,
  SimplePrice,
  SimplePriceQuery,
  TokenPriceParams,
  TokenPriceQuery,
} from '../../../contract/coingecko-markets.ts'
import { defaultCurrency } from '../../../contract/currencies.ts'
import { AppError } from '../../errors.ts'
import { type CoinSelection, listCoinNames, listMarketRows, type MarketRow } from '../../warehouse/coingecko-markets.ts'
import type { Db } from '../../warehouse/db.ts'
import { findNewestTick, findRateChanges, listRates, type RateChanges, toOwnPct } from '../../warehouse/rates.ts'
import { findCategory } from './coingecko-categories.ts'
import {
  findChanges,
  findSparklines,
  getCurrency,
  toChange,
  toChangePct,
  toItems,
  toRounder,
  toUpdatedAt,
} from './coingecko-values.ts'

const tags = ['coingecko']
const maxCoins = 500

type Lookup = Pick<MarketsQuery, 'ids' | 'names' | 'symbols' | 'include_tokens'>

/** The coins that a request asks for: null means all. */
function toSelection(query: Lookup): CoinSelection {
  const [ids, names, symbols] = [query.ids, query.names, query.symbols].map(toItems) as [string[], string[], string[]]
  if (Math.max(ids.length, names.length, symbols.length) > maxCoins)
    throw new AppError('unprocessable', `Too many coins. Ask for up to ${maxCoins} at a time.`)
  if (ids.length > 0) return { ids: ids.map((id) => id.toLowerCase()) }
  if (names.length > 0) return { names }
  return symbols.length > 0 ? { symbols, isTop: query.include_tokens !== 'all' } : null
}

/** The key of a coin in a response: as the request names it, except where a symbol means several coins. */
function toKey(row: MarketRow, selection: CoinSelection): string {
  if (selection === null || 'ids' in selection || 'kind' in selection) return row.coingecko_id
  if ('names' in selection) return row.name
  return selection.isTop ? row.symbol : row.coingecko_id
}

/** Prices per coin and currency. Unknown coins and currencies are left out. */
async function getSimplePrices(db: Db, query: SimplePriceQuery): Promise<SimplePrice> {
  const selection = toSelection(query)
  if (selection === null) throw new AppError('unprocessable', 'Missing parameter ids')
  const at = await findNewestTick(db)
  const rates = await listRates(db, at)
  const round = toRounder(query.precision)
  const rows = await listMarketRows(db, { selection, order: 'market_cap_desc', limit: maxCoins, offset: 0 })
  const currencies = [...new Set(toItems(query.vs_currencies).map((currency) => currency.toLowerCase()))]
  const windows: ChangeWindow[] = query.include_24hr_change === true ? ['24h'] : []
  const rateChange = await findRateChanges(db, { codes: currencies.filter((code) => rates.has(code)), at, windows })
  const toFigures = (row: MarketRow): [string, number | null][] => [
    ...currencies.flatMap((currency): [string, number | null][] => {
      const rate = rates.get(currency)
      if (rate === undefined) return []
      const times = (value: number | null) => (value === null ? null : value / rate)
      return [
        [currency, round(row.price_usd / rate)],
        ...pick(query.include_market_cap, `${currency}_market_cap`, times(row.market_cap)),
        ...pick(query.include_24hr_vol, `${currency}_24h_vol`, times(row.volume)),
        ...pick(
          query.include_24hr_change,
          `${currency}_24h_change`,
          toOwnPct(row.price_change_24h_pct, rateChange(currency, '24h')),
        ),
      ]
    }),
    ...pick(query.include_last_updated_at, 'last_updated_at', Math.floor(Date.parse(toUpdatedAt(row)) / 1000)),
  ]
  return Object.fromEntries(rows.map((row) => [toKey(row, selection), Object.fromEntries(toFigures(row))]))
}

const pick = (wanted: boolean | undefined, name: string, value: number | null): [string, number | null][] =>
  wanted === true ? [[name, value]] : []

type Extras = {
  rate: number
  code: string
  rateChange: RateChanges
  round: (value: number) => number
  windows: ChangeWindow[]
  changeOf: (row: MarketRow, window: ChangeWindow) => number | null
  sparklines: Map<number, number[]> | null
}

/** A row of /coins/markets. The all-time extremes are known in US dollars only. */
function toMarket(row: MarketRow, extras: Extras): Market {
  const { rate, code, rateChange, round, windows, changeOf, sparklines } = extras
  const isUsd = code === defaultCurrency
  const money = (value: number | null) => (value === null ? null : value / rate)
  const price = (value: number | null) => (value === null ? null : round(value / rate))
  const pct24h = toOwnPct(row.price_change_24h_pct, rateChange(code, '24h'))
  const capPct24h = toOwnPct(row.market_cap_change_24h_pct, rateChange(code, '24h'))
  const extreme = (value: number | null) => (isUsd ? price(value) : null)
  return {
    id: row.coingecko_id,
    symbol: row.symbol,
    name: row.name,
    image: row.image_url ?? '',
    current_price: price(row.price_usd),
    market_cap: money(row.market_cap),
    market_cap_rank: row.market_cap_rank,
    fully_diluted_valuation: money(row.fully_diluted_valuation),
    total_volume: money(row.volume),
    high_24h: price(row.high_24h),
    low_24h: price(row.low_24h),
    price_change_24h: price(toChange(row.price_usd, pct24h)),
    price_change_percentage_24h: pct24h,
    market_cap_change_24h: money(toChange(row.market_cap, capPct24h)),
    market_cap_change_percentage_24h: capPct24h,
    circulating_supply: row.circulating_supply,
    total_supply: row.total_supply,
    max_supply: row.max_supply,
    ath: extreme(row.ath),
    ath_change_percentage: isUsd ? toChangePct(row.price_usd, row.ath) : null,
    ath_date: row.ath_date,
    atl: extreme(row.atl),
    atl_change_percentage: isUsd ? toChangePct(row.price_usd, row.atl) : null,
    atl_date: row.atl_date,
    roi: null,
    last_updated: toUpdatedAt(row),
    ...(sparklines === null
      ? {}
      : { sparkline_in_7d: { price: (sparklines.get(row.coin_id) ?? []).map((value) => value / rate) } }),
    ...Object.fromEntries(
      windows.map((window) => [
        `price_change_percentage_${window}_in_currency`,
        toOwnPct(changeOf(row, window), rateChange(code, window)),
      ]),
    ),
  }
}

async function listMarkets(db: Db, query: MarketsQuery): Promise<Market[]> {
  const { code, rate, at } = await getCurrency(db, query.vs_currency)
  const limit = Math.min(query.per_page, maxMarkets)
  const selection = query.category ? { kind: findCategory(query.category).kind } : toSelection(query)
  const offset = (query.page - 1) * limit
  const rows = await listMarketRows(db, { selection, order: query.order ?? 'market_cap_desc', limit, offset })
  const windows = toItems(query.price_change_percentage) as ChangeWindow[]
  const changeOf = await findChanges(db, rows, windows)
  const rateChange = await findRateChanges(db, {
    codes: [code],
    at,
    windows: [...new Set([...windows, '24h' as const])],
  })
  const sparklines = query.sparkline === true ? await findSparklines(db, rows) : null
  const extras = { rate, code, rateChange, round: toRounder(query.precision), windows, changeOf, sparklines }
  return rows.map((row) => toMarket(row, extras))
}

/** Lists of coins and their latest figures, as CoinGecko answers them. */
export const coingeckoMarketRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  const config = { bySnapshot: true }

  app.get(
    '/ping',
    { schema: { summary: 'Checks that the server answers', tags, response: answers(Ping) } },
    async () => ({
      gecko_says: '(V3) To the Moon!',
    }),
  )

  app.get(
    '/simple/price',
    {
      config,
      schema: {
        summary: 'Latest prices of coins by id, name or symbol',
        tags,
        querystring: SimplePriceQuery,
        response: answers(SimplePrice),
      },
    },
    ({ query }) => getSimplePrices(db, query),
  )

  app.get(
    '/simple/supported_vs_currencies',
    { config, schema: { summary: 'Known target currencies', tags, response: answers(Currencies) } },
    async () => [...(await listRates(db, await findNewestTick(db))).keys()],
  )

  app.get(
    '/simple/token_price/:platform',
    {
      schema: {
        summary: 'Not available (501): the warehouse knows no contract addresses',
        tags,
        params: TokenPriceParams,
        querystring: TokenPriceQuery,
        response: answers(SimplePrice),
      },
    },
    async () => {
      throw new AppError('not_implemented', 'This warehouse has no contract addresses. Use /simple/price with ids.')
    },
  )

  app.get(
    '/coins/list',
    {
      config,
      schema: {
        summary: 'Ids, symbols and names of all coins',
        tags,
        querystring: CoinListQuery,
        response: answers(CoinNames),
      },
    },
    ({ query }) => listCoinNames(db, { isTracked: query.status !== 'inactive' }),
  )

  app.get(
    '/coins/markets',
    {
      config,
      schema: {
        summary: 'Coins with their latest figures, in pages',
        tags,
        querystring: MarketsQuery,
        response: answers(Markets),
      },
    },
    ({ query }) => listMarkets(db, query),
  )
  done()
}

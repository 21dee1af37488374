import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { answers, CoingeckoParams } from '../../../contract/coingecko.ts'
import { CoinAtDate, HistoryQuery } from '../../../contract/coingecko-charts.ts'
import { CoinData, CoinQuery, type MarketData } from '../../../contract/coingecko-coin.ts'
import { type ChangeWindow, changeWindows } from '../../../contract/coingecko-markets.ts'
import { AppError } from '../../errors.ts'
import { listPoints } from '../../warehouse/coingecko-charts.ts'
import { findMarketRow, type MarketRow } from '../../warehouse/coingecko-markets.ts'
import type { Db } from '../../warehouse/db.ts'
import {
  findNewestTick,
  findRateChanges,
  listRates,
  type RateChanges,
  type Rates,
  toOwnPct,
} from '../../warehouse/rates.ts'
import { categories } from './coingecko-categories.ts'
import {
  findChanges,
  findSparklines,
  inCurrencies,
  toChange,
  toChangePct,
  toImages,
  toUpdatedAt,
} from './coingecko-values.ts'

const tags = ['coingecko']

/** A coin by CoinGecko id. Throws `not_found` in CoinGecko's words. */
export async function getRow(db: Db, id: string): Promise<MarketRow> {
  const row = await findMarketRow(db, id.toLowerCase())
  if (row === undefined) throw new AppError('not_found', 'coin not found')
  return row
}

/** Entries whose value is known. */
const compact = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as never

const inUsd = <T>(value: T | null): Record<string, T> => (value === null ? {} : { usd: value })

type Context = { row: MarketRow; rates: Rates; rateChange: RateChanges }

/** A change in percent in each currency in which it is known. */
const inOwnPct = ({ rates, rateChange }: Context, pct: number | null, window: ChangeWindow): Record<string, number> =>
  Object.fromEntries(
    [...rates.keys()].flatMap((code) => {
      const own = toOwnPct(pct, rateChange(code, window))
      return own === null ? [] : [[code, own]]
    }),
  )

/** How much a value changed in 24 h, in each currency in which that is known. */
const inOwnChange = (
  { rates, rateChange }: Context,
  value: number | null,
  pct: number | null,
): Record<string, number> =>
  Object.fromEntries(
    [...rates].flatMap(([code, rate]) => {
      const change = toChange(value, toOwnPct(pct, rateChange(code, '24h')))
      return change === null ? [] : [[code, change / rate]]
    }),
  )

/** Changes per window: in US dollars, and by currency. */
async function getChangeFields(db: Db, context: Context): Promise<Partial<MarketData>> {
  const changeOf = await findChanges(db, [context.row], [...changeWindows])
  const fields = changeWindows.flatMap((window) => {
    const pct = changeOf(context.row, window)
    const name = `price_change_percentage_${window}`
    const byCurrency = [`${name}_in_currency`, inOwnPct(context, pct, window)]
    return pct === null ? [] : window === '1h' ? [byCurrency] : [[name, pct], byCurrency]
  })
  return Object.fromEntries(fields)
}

async function getMarketData(db: Db, row: MarketRow, { sparkline }: CoinQuery): Promise<MarketData> {
  const at = await findNewestTick(db)
  const rates = await listRates(db, at)
  const rateChange = await findRateChanges(db, { codes: [...rates.keys()], at, windows: [...changeWindows] })
  const context = { row, rates, rateChange }
  const money = (value: number | null) => inCurrencies(rates, value)
  const { market_cap, fully_diluted_valuation: fdv, price_change_24h_pct, market_cap_change_24h_pct } = row
  return {
    current_price: money(row.price_usd),
    total_value_locked: null,
    mcap_to_tvl_ratio: null,
    fdv_to_tvl_ratio: null,
    roi: null,
    ath: inUsd(row.ath),
    ath_change_percentage: inUsd(toChangePct(row.price_usd, row.ath)),
    ath_date: inUsd(row.ath_date),
    atl: inUsd(row.atl),
    atl_change_percentage: inUsd(toChangePct(row.price_usd, row.atl)),
    atl_date: inUsd(row.atl_date),
    market_cap: money(market_cap),
    fully_diluted_valuation: money(fdv),
    market_cap_rank: row.market_cap_rank,
    total_volume: money(row.volume),
    high_24h: money(row.high_24h),
    low_24h: money(row.low_24h),
    ...compact({
      market_cap_fdv_ratio: market_cap !== null && fdv ? market_cap / fdv : null,
      price_change_24h: toChange(row.price_usd, price_change_24h_pct),
      market_cap_change_24h: toChange(market_cap, market_cap_change_24h_pct),
      market_cap_change_percentage_24h: market_cap_change_24h_pct,
      total_supply: row.total_supply,
      circulating_supply: row.circulating_supply,
    }),
    ...(await getChangeFields(db, context)),
    price_change_24h_in_currency: inOwnChange(context, row.price_usd, price_change_24h_pct),
    market_cap_change_24h_in_currency: inOwnChange(context, market_cap, market_cap_change_24h_pct),
    market_cap_change_percentage_24h_in_currency: inOwnPct(context, market_cap_change_24h_pct, '24h'),
    max_supply: row.max_supply,
    last_updated: toUpdatedAt(row),
    ...(sparkline === true ? { sparkline_7d: (await findSparklines(db, [row])).get(row.coin_id) ?? [] } : {}),
  }
}

async function getCoinData(db: Db, id: string, query: CoinQuery): Promise<CoinData> {
  const row = await getRow(db, id)
  const own = categories.filter(({ kind }) => kind === row.kind)
  return {
    id: row.coingecko_id,
    symbol: row.symbol,
    name: row.name,
    web_slug: '',
    asset_platform_id: null,
    platforms: {},
    detail_platforms: {},
    block_time_in_minutes: 0,
    hashing_algorithm: null,
    categories: own.map(({ name }) => name),
    ...(query.include_categories_details === true
      ? { categories_details: own.map(({ id: category, name }) => ({ id: category, name })) }
      : {}),
    preview_listing: false,
    public_notice: null,
    additional_notices: [],
    has_supply_breakdown: false,
    localization: { en: row.name },
    description: { en: '' },
    links: {},
    image: toImages(row.image_url),
    country_origin: '',
    genesis_date: null,
    sentiment_votes_up_percentage: null,
    sentiment_votes_down_percentage: null,
    watchlist_portfolio_users: 0,
    market_cap_rank: row.market_cap_rank,
    market_cap_rank_with_rehypothecated: null,
    ...(query.market_data === false ? {} : { market_data: await getMarketData(db, row, query) }),
    status_updates: [],
    last_updated: toUpdatedAt(row),
    ...(query.tickers === false ? {} : { tickers: [] }),
  }
}

/** Midnight of a day as dd-mm-yyyy, in ms since 1970. Throws `unprocessable` for a day that does not exist. */
function toMidnight(date: string): number {
  const iso = date.split('-').reverse().join('-')
  const at = Date.parse(`${iso}T00:00:00Z`)
  if (!Number.isFinite(at) || new Date(at).toISOString().slice(0, 10) !== iso)
    throw new AppError('unprocessable', 'invalid date: use dd-mm-yyyy')
  return at
}

async function getCoinAtDate(db: Db, id: string, date: string): Promise<CoinAtDate> {
  const at = toMidnight(date)
  const row = await getRow(db, id)
  const [point] = await listPoints(db, { coinId: row.coin_id, from: at, to: at }, 'daily')
  const rates = await listRates(db, at)
  const { thumb, small } = toImages(row.image_url)
  return {
    id: row.coingecko_id,
    symbol: row.symbol,
    name: row.name,
    localization: { en: row.name },
    image: { thumb, small },
    ...(point === undefined
      ? {}
      : {
          market_data: {
            current_price: inCurrencies(rates, point.price_usd),
            market_cap: inCurrencies(rates, point.market_cap),
            total_volume: inCurrencies(rates, point.volume),
          },
        }),
    community_data: { facebook_likes: null, reddit_subscribers: null },
    developer_data: { forks: null, stars: null, subscribers: null },
    public_interest_stats: { alexa_rank: null, bing_matches: null },
  }
}

/** One coin, now or at the start of a day, as CoinGecko answers it. */
export const coingeckoCoinRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/coins/:id',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'One coin with its latest figures',
        tags,
        params: CoingeckoParams,
        querystring: CoinQuery,
        response: answers(CoinData),
      },
    },
    ({ params, query }) => getCoinData(db, params.id, query),
  )

  app.get(
    '/coins/:id/history',
    {
      config: { bySnapshot: true },
      schema: {
        summary: 'One coin at 00:00 UTC of a day',
        tags,
        params: CoingeckoParams,
        querystring: HistoryQuery,
        response: answers(CoinAtDate),
      },
    },
    ({ params, query }) => getCoinAtDate(db, params.id, query.date),
  )
  done()
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { floorToInterval, type Interval, intervalMs, maxCandles } from '../../../contract/intervals.ts'
import {
  type Resolution,
  UdfConfig,
  UdfFound,
  UdfHistory,
  UdfHistoryQuery,
  UdfSearchQuery,
  UdfSymbol,
  UdfSymbolQuery,
  udfConfig,
} from '../../../contract/udf.ts'
import { AppError } from '../../errors.ts'
import { findMarketRow, listMarketRows, type MarketRow, searchMarketRows } from '../../warehouse/coingecko-markets.ts'
import type { Db } from '../../warehouse/db.ts'
import { findBarBefore } from '../../warehouse/udf.ts'
import { listOhlcv } from '../ohlcv.ts'
import { type ApiAccess, checkReads } from '../plugins/api-access.ts'

const tags = ['tradingview']
const exchange = 'CryptoFlow'

const intervalOf: Record<Resolution, Interval> = {
  '1': '1m',
  '5': '5m',
  '15': '15m',
  '60': '1h',
  '240': '4h',
  '1D': '1d',
  '1W': '1w',
}

/** A coin by CoinGecko id, or the largest coin with a symbol. Throws `not_found`. */
async function findSymbol(db: Db, text: string): Promise<MarketRow> {
  const wanted = (text.split(':').at(-1) ?? '').trim().toLowerCase()
  const byId = await findMarketRow(db, wanted)
  if (byId !== undefined) return byId
  const symbols = [wanted, wanted.replace(/\/?usd$/, '')]
  const options = { order: 'market_cap_desc' as const, limit: 2, offset: 0 }
  const found = await listMarketRows(db, { selection: { symbols, isTop: true }, ...options })
  const row = symbols.map((symbol) => found.find((one) => one.symbol === symbol)).find((one) => one !== undefined)
  if (row === undefined) throw new AppError('not_found', 'unknown_symbol')
  return row
}

const toName = ({ symbol }: MarketRow): string => `${symbol.toUpperCase()}USD`

/** Five significant digits at least: cents for large prices, more places for small ones. */
const toPriceScale = (price: number): number => 10 ** Math.min(16, Math.max(2, Math.ceil(5 - Math.log10(price))))

const toSymbol = (row: MarketRow): UdfSymbol => ({
  ticker: row.coingecko_id,
  name: toName(row),
  description: `${row.name} / US Dollar`,
  type: 'crypto',
  session: '24x7',
  timezone: 'Etc/UTC',
  exchange,
  listed_exchange: exchange,
  currency_code: 'USD',
  format: 'price',
  minmov: 1,
  pricescale: toPriceScale(row.price_usd),
  has_intraday: true,
  has_daily: true,
  has_weekly_and_monthly: true,
  intraday_multipliers: ['1', '5', '15', '60', '240'],
  supported_resolutions: udfConfig.supported_resolutions,
  visible_plots_set: 'ohlc',
  data_status: 'streaming',
})

type HistoryQuery = { symbol: string; resolution: Resolution; from: number; to: number; countback?: number }

async function getHistory(db: Db, query: HistoryQuery): Promise<UdfHistory> {
  const { coin_id: coinId } = await findSymbol(db, query.symbol)
  const interval = intervalOf[query.resolution]
  const width = intervalMs[interval]
  const to = Math.min(query.to * 1000, Date.now() + width)
  const wanted = query.countback === undefined ? query.from * 1000 : to - query.countback * width
  const from = Math.max(0, to - maxCandles * width, Math.min(wanted, query.from * 1000))
  if (from >= to) return toNoData(db, { coinId, interval, before: Math.max(0, to) })
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const { candles, in_progress } = await listOhlcv(db, coinId, { interval, format: 'json', ...range })
  const bars = [...candles, ...in_progress].map((bar) => ({ ...bar, at: Date.parse(bar.timestamp) }))
  const shown = bars.filter(({ at }) => at >= floorToInterval(from, width) && at < to)
  if (shown.length === 0) return toNoData(db, { coinId, interval, before: from })
  return {
    s: 'ok',
    t: shown.map(({ at }) => at / 1000),
    o: shown.map(({ open }) => open),
    h: shown.map(({ high }) => high),
    l: shown.map(({ low }) => low),
    c: shown.map(({ close }) => close),
    v: shown.map(({ volume }) => volume),
  }
}

async function toNoData(
  db: Db,
  { coinId, interval, before }: { coinId: number; interval: Interval; before: number },
): Promise<UdfHistory> {
  const at = await findBarBefore(db, { coinId, isDaily: ['1d', '1w'].includes(interval), before })
  return { s: 'no_data', nextTime: at === null ? null : floorToInterval(at, intervalMs[interval]) / 1000 }
}

/** TradingView's universal data feed, for charting clients. */
export const udfRoutes: FastifyPluginAsyncTypebox<{ db: Db; access: ApiAccess | null }> = async (
  app,
  { db, access },
) => {
  checkReads(app, access)

  app.get(
    '/config',
    { schema: { summary: 'What the feed supports', tags, response: { 200: UdfConfig } } },
    async () => udfConfig,
  )

  app.get(
    '/symbols',
    { schema: { summary: 'One symbol', tags, querystring: UdfSymbolQuery, response: { 200: UdfSymbol } } },
    async ({ query }) => toSymbol(await findSymbol(db, query.symbol)),
  )

  app.get(
    '/search',
    {
      schema: { summary: 'Symbols that match a text', tags, querystring: UdfSearchQuery, response: { 200: UdfFound } },
    },
    async ({ query }) => {
      const rows = await searchMarketRows(db, { text: (query.query ?? '').trim(), limit: query.limit })
      return rows.map((row) => ({
        symbol: toName(row),
        full_name: `${exchange}:${row.coingecko_id}`,
        description: `${row.name} / US Dollar`,
        exchange,
        ticker: row.coingecko_id,
        type: 'crypto',
      }))
    },
  )

  app.get(
    '/history',
    {
      config: { bySnapshot: false },
      schema: { summary: 'Bars of a symbol', tags, querystring: UdfHistoryQuery, response: { 200: UdfHistory } },
    },
    ({ query }) => getHistory(db, query),
  )

  app.get(
    '/time',
    { schema: { summary: 'Time of the server in seconds since 1970', tags, produces: ['text/plain'] } },
    async (_request, reply) => reply.type('text/plain; charset=utf-8').send(String(Math.floor(Date.now() / 1000))),
  )
}

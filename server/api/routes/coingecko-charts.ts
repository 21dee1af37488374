import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { answers, CoingeckoParams } from '../../../contract/coingecko.ts'
import {
  Chart,
  type ChartInterval,
  ChartQuery,
  ChartRangeQuery,
  Ohlc,
  type OhlcInterval,
  OhlcQuery,
  OhlcRangeQuery,
} from '../../../contract/coingecko-charts.ts'
import { dayMs, hourMs, minuteMs } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import { findFirstInstant, findNewest, listPoints, type Point } from '../../warehouse/coingecko-charts.ts'
import { listOhlc } from '../../warehouse/coingecko-ohlc.ts'
import type { Db } from '../../warehouse/db.ts'
import { convertEach } from '../../warehouse/rates.ts'
import { getRow } from './coingecko-coins.ts'
import { getCurrency, toRounder } from './coingecko-values.ts'

const tags = ['coingecko']

/** The longest range of an interval, in days. */
const maxDays: Record<ChartInterval, number> = { '5m': 90, hourly: 366, daily: Number.POSITIVE_INFINITY }

type Span = { from: number; to: number }

/** The grid of a range when the request names none. A range of `days` is rarely exactly that long. */
function toInterval({ from, to }: Span, wanted: ChartInterval | undefined): ChartInterval {
  const days = (to - from - minuteMs) / dayMs
  const interval = wanted ?? (days <= 1 ? '5m' : days <= 90 ? 'hourly' : 'daily')
  if (days > maxDays[interval])
    throw new AppError(
      'unprocessable',
      `interval=${interval} covers up to ${maxDays[interval]} days. Use a shorter range.`,
    )
  return interval
}

/** The last days up to `now`; `max`: since the first observation of the coin. */
async function toSpan(db: Db, coinId: number, { days, now }: { days: string; now: number }): Promise<Span> {
  const from = days === 'max' ? await findFirstInstant(db, coinId) : now - Number(days) * dayMs
  return { from: Math.max(from, 0), to: now }
}

/** An instant in seconds since 1970 or as a UTC date, in ms. Throws `unprocessable`. */
function toInstant(text: string, name: string): number {
  const at = /^[\d.]+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(`${text}${text.includes('T') && !text.endsWith('Z') ? 'Z' : ''}`)
  if (!Number.isFinite(at)) throw new AppError('unprocessable', `invalid ${name}: use seconds since 1970 or a UTC date`)
  return at
}

function toRange({ from, to }: { from: string; to: string }): Span {
  const span = { from: toInstant(from, 'from'), to: Math.min(toInstant(to, 'to'), Date.now()) }
  if (span.from > span.to) throw new AppError('unprocessable', 'from must be before to, and not in the future')
  return span
}

type Money = { vs_currency: string; precision?: string }

const toPoint = ({ at, price_usd, market_cap, volume }: Point, rate: number): Point => ({
  at,
  price_usd: price_usd / rate,
  market_cap: market_cap === null ? null : market_cap / rate,
  volume: volume === null ? null : volume / rate,
})

/** The three series of a chart, with one time each. Points without a rate of their moment are left out. */
async function toChart(db: Db, points: Point[], { vs_currency, precision }: Money): Promise<Chart> {
  const [{ code }, round] = [await getCurrency(db, vs_currency), toRounder(precision)]
  const converted = await convertEach(db, points, { code, now: Date.now(), divide: toPoint })
  return {
    prices: converted.map(({ at, price_usd }) => [at, round(price_usd)]),
    market_caps: converted.map(({ at, market_cap }) => [at, market_cap]),
    total_volumes: converted.map(({ at, volume }) => [at, volume]),
  }
}

async function listCandles(
  db: Db,
  coinId: number,
  { span, interval, money }: { span: Span; interval: OhlcInterval | undefined; money: Money },
): Promise<Ohlc> {
  const [{ code }, round] = [await getCurrency(db, money.vs_currency), toRounder(money.precision)]
  const days = (span.to - span.from - minuteMs) / dayMs
  if (interval === 'hourly' && days > maxDays['5m'])
    throw new AppError('unprocessable', `interval=hourly covers up to ${maxDays['5m']} days. Use a shorter range.`)
  const automatic = days <= 2 ? 30 * minuteMs : days <= 30 ? 4 * hourMs : 4 * dayMs
  const widthMs = interval === undefined ? automatic : interval === 'hourly' ? hourMs : dayMs
  const candles = await listOhlc(db, { coinId, ...span, widthMs, code })
  return candles.map(({ at, open, high, low, close }) => [at, ...[open, high, low, close].map(round)])
}

/** Charts and candles of a coin, as CoinGecko answers them. */
export const coingeckoChartRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  const common = { tags, params: CoingeckoParams }
  const config = { bySnapshot: true }

  app.get(
    '/coins/:id/market_chart',
    {
      config,
      schema: {
        ...common,
        summary: 'Prices, market caps and volumes of the last days',
        querystring: ChartQuery,
        response: answers(Chart),
      },
    },
    async ({ params, query }) => {
      const { coin_id: coinId } = await getRow(db, params.id)
      const span = await toSpan(db, coinId, { days: query.days, now: Date.now() })
      const interval = toInterval(span, query.interval)
      const points = await listPoints(db, { coinId, ...span }, interval)
      const newest = interval === 'daily' ? await findNewest(db, { coinId, to: span.to }) : undefined
      const isNewer = newest !== undefined && newest.at > (points.at(-1)?.at ?? 0)
      return toChart(db, isNewer ? [...points, newest] : points, query)
    },
  )

  app.get(
    '/coins/:id/market_chart/range',
    {
      config,
      schema: {
        ...common,
        summary: 'Prices, market caps and volumes of a range',
        querystring: ChartRangeQuery,
        response: answers(Chart),
      },
    },
    async ({ params, query }) => {
      const { coin_id: coinId } = await getRow(db, params.id)
      const span = toRange(query)
      return toChart(db, await listPoints(db, { coinId, ...span }, toInterval(span, query.interval)), query)
    },
  )

  app.get(
    '/coins/:id/ohlc',
    {
      config,
      schema: { ...common, summary: 'Candles of the last days', querystring: OhlcQuery, response: answers(Ohlc) },
    },
    async ({ params, query }) => {
      const { coin_id: coinId } = await getRow(db, params.id)
      const span = await toSpan(db, coinId, { days: query.days, now: Date.now() })
      return listCandles(db, coinId, { span, interval: query.interval, money: query })
    },
  )

  app.get(
    '/coins/:id/ohlc/range',
    {
      config,
      schema: { ...common, summary: 'Candles of a range', querystring: OhlcRangeQuery, response: answers(Ohlc) },
    },
    async ({ params, query }) => {
      const { coin_id: coinId } = await getRow(db, params.id)
      return listCandles(db, coinId, { span: toRange(query), interval: query.interval, money: query })
    },
  )
  done()
}

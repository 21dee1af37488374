import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { RiskQuery, RiskTable, Rolling, RollingQuery } from '../../../contract/analytics.ts'
import { dayMs, toUtcDay } from '../../../contract/time.ts'
import { computeReturns } from '../../analytics/returns.ts'
import { computeRolling, computeWindowRisk } from '../../analytics/window.ts'
import { systemClock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { listLargestCoins, type NamedCoin, readCloses } from '../../warehouse/analytics-window.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'

const periods = 365
const minDays = 6
const maxDays = 1830

type Window = { from?: string; to?: string; period_days: number }

/** The days of a request, checked. The last `period_days` closed days by default. */
function toRange({ from, to, period_days }: Window, now: number): { from: string; to: string; days: number } {
  const yesterday = toUtcDay(now - dayMs)
  const last = to ?? yesterday
  if (last > yesterday)
    throw new AppError('unprocessable', `${last} is not closed yet. Choose a last day up to ${yesterday}.`)
  const first = from ?? toUtcDay(Date.parse(last) - (period_days - 1) * dayMs)
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1
  if (days < minDays || days > maxDays)
    throw new AppError(
      'unprocessable',
      `${first} to ${last} has ${Math.max(0, days)} days. Choose from ${minDays} to ${maxDays} days.`,
    )
  return { from: first, to: last, days }
}

async function findCoin(db: Db, id: string): Promise<NamedCoin> {
  const { coin_id, symbol, name } = await getCoinName(db, id)
  const { coingecko_id } = await db
    .selectFrom('dim_coin')
    .select('coingecko_id')
    .where('id', '=', coin_id)
    .executeTakeFirstOrThrow()
  return { coin_id, coingecko_id, symbol, name }
}

const toDate = (from: string, day: number): string => toUtcDay(Date.parse(from) + day * dayMs)

async function getRiskTable(db: Db, query: RiskQuery, riskFreeRate: number): Promise<RiskTable> {
  const range = toRange(query, systemClock.now())
  const [coins, benchmark] = await Promise.all([listLargestCoins(db, query), findCoin(db, query.benchmark)])
  const coinIds = [...new Set([benchmark, ...coins].map(({ coin_id }) => coin_id))]
  const closes = await readCloses(db, { ...range, coinIds })
  const none = new Float64Array(range.days).fill(Number.NaN)
  const market = closes.get(benchmark.coin_id) ?? none
  return {
    ...range,
    returns: query.returns,
    benchmark,
    coins: coins.map((coin) => {
      const { best_day, worst_day, ...risk } = computeWindowRisk(closes.get(coin.coin_id) ?? none, market, {
        year: { periods, riskFreeRate },
        kind: query.returns,
      })
      return {
        ...coin,
        ...risk,
        best_day_date: best_day === null ? null : toDate(range.from, best_day),
        worst_day_date: worst_day === null ? null : toDate(range.from, worst_day),
      }
    }),
  }
}

async function getRolling(db: Db, query: RollingQuery): Promise<Rolling> {
  const { window, returns: kind } = query
  const range = toRange(query, systemClock.now())
  const [coin, versus] = await Promise.all([findCoin(db, query.coin), findCoin(db, query.versus)])
  // The first window ends on the first day of the range, so it begins `window` returns before it.
  const first = toDate(range.from, -window)
  const closes = await readCloses(db, {
    coinIds: [...new Set([coin.coin_id, versus.coin_id])],
    from: first,
    to: range.to,
  })
  const toReturns = ({ coin_id }: NamedCoin) => computeReturns(closes.get(coin_id) ?? new Float64Array(0), kind)
  const points = computeRolling(toReturns(coin), toReturns(versus), { window, periods })
  return {
    from: range.from,
    to: range.to,
    window,
    returns: kind,
    coin,
    versus,
    points: points.map((point, day) => ({ date: toDate(range.from, day), ...point })),
  }
}

const config = { bySnapshot: true, costly: true } as const

/** Analytics that are computed for a request, over any window of closed days. `riskFreeRate`: per year, a fraction. */
export const analyticsWindowRoutes: FastifyPluginCallbackTypebox<{ db: Db; riskFreeRate: number }> = (
  app,
  { db, riskFreeRate },
  done,
) => {
  app.get(
    '/analytics/risk',
    {
      config,
      schema: {
        summary: 'Return and risk of the largest coins over any window, against any coin, with confidence intervals',
        tags: ['analytics'],
        querystring: RiskQuery,
        response: { 200: RiskTable },
      },
    },
    ({ query }) => getRiskTable(db, query, riskFreeRate),
  )

  app.get(
    '/analytics/rolling',
    {
      config,
      schema: {
        summary: 'Rolling volatility of a coin, and its rolling correlation with and beta to another',
        tags: ['analytics'],
        querystring: RollingQuery,
        response: { 200: Rolling },
      },
    },
    ({ query }) => getRolling(db, query),
  )
  done()
}

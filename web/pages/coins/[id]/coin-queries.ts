import type { CoinOhlcv } from '@contract/charts.ts'
import { queryOptions } from '@tanstack/react-query'
import {
  fetchAnalytics,
  fetchDailyCandles,
  fetchDetails,
  fetchHistory,
  fetchIntradayCandles,
  findCoin,
} from '@/lib/api'
import { dayMs } from '../../../../contract/time.ts'
import { dayOf5m, type Period } from './chart-state'

const everyMs = 60_000

export const coinQuery = (id: string) =>
  queryOptions({
    queryKey: ['coin', id],
    queryFn: async () => (await findCoin(id)) ?? null,
    refetchInterval: everyMs,
  })

/** The API returns a number of candles: with gaps in the stream they reach back more than a day. */
async function fetchDayOf5m(id: number): Promise<CoinOhlcv> {
  const answer = await fetchIntradayCandles(id, '5m', dayOf5m)
  const from = Date.now() - dayMs
  return { ...answer, candles: answer.candles.filter(({ timestamp }) => Date.parse(timestamp) >= from) }
}

/** Asked again each minute until the server has them. */
export const detailsQuery = (id: number) =>
  queryOptions({
    queryKey: ['details', id],
    queryFn: () => fetchDetails(id),
    refetchInterval: ({ state: { data } }) => (data?.fetched_at == null ? everyMs : false),
  })

export const candleQuery = (id: number, period: Period) =>
  queryOptions({
    queryKey: ['candles', id, period],
    queryFn: () => (period === '1' ? fetchDayOf5m(id) : fetchDailyCandles(id, Number(period))),
    refetchInterval: everyMs,
  })

export const lineQuery = (id: number, period: Period) =>
  queryOptions({
    queryKey: ['history', id, Number(period)],
    queryFn: () => fetchHistory(id, Number(period)),
    refetchInterval: everyMs,
  })

export const analyticsQuery = (id: number, days: number, related = false) =>
  queryOptions({
    queryKey: ['analytics', id, days, related],
    queryFn: () => fetchAnalytics(id, { period_days: days, include_related: related }),
  })

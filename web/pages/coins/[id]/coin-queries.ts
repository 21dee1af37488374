import type { CoinOhlcv } from '@contract/charts.ts'
import type { Interval } from '@contract/intervals.ts'
import { queryOptions } from '@tanstack/react-query'
import { fetchAnalytics, fetchCandles, fetchDetails, fetchServerTime, findCoin } from '@/lib/api'
import { type RangeState, toOpenings, toRange, toRangeKey } from './chart-range'

const everyMs = 60_000

export const coinQuery = (id: string) =>
  queryOptions({
    queryKey: ['coin', id],
    queryFn: async () => (await findCoin(id)) ?? null,
    refetchInterval: everyMs,
  })

/** Asked again each minute until the server has them. */
export const detailsQuery = (id: number) =>
  queryOptions({
    queryKey: ['details', id],
    queryFn: () => fetchDetails(id),
    refetchInterval: ({ state: { data } }) => (data?.fetched_at == null ? everyMs : false),
  })

/** Candles of a range, after those that feed the indicators. `first`: when the range opens, in ms since 1970. */
export type RangeCandles = CoinOhlcv & { first: number }

/** `ind`: the indicators, as the URL names them. */
type RangeQuery = { range: RangeState; interval: Interval; ind: string }

/** Candles before the range that the indicators need. */
async function findWarmup(ind: string): Promise<number> {
  if (ind === '') return 0
  const { parseStudies, toWarmup } = await import('@/components/charts/studies')
  return toWarmup(parseStudies(ind))
}

/** The candles of a coin, by its id or CoinGecko id, in a range that ends now or on a day. */
export const rangeQuery = (id: number | string, { range, interval, ind }: RangeQuery) =>
  queryOptions({
    queryKey: ['range', id, toRangeKey(range), interval, ind],
    queryFn: async (): Promise<RangeCandles> => {
      const warmup = await findWarmup(ind)
      const now = await fetchServerTime()
      const shown = toRange(range, now)
      const { first, from } = toOpenings(shown, { interval, warmup, now })
      return { ...(await fetchCandles(id, { interval, from, to: shown.end })), first }
    },
    refetchInterval: everyMs,
  })

export const analyticsQuery = (id: number, days: number, related = false) =>
  queryOptions({
    queryKey: ['analytics', id, days, related],
    queryFn: () => fetchAnalytics(id, { period_days: days, include_related: related }),
  })

import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import { queryOptions } from '@tanstack/react-query'
import { fetchCorrelation, fetchVolatility } from '@/lib/api'
import type { Period } from './analytics-url-state'

/** The number of coins in the scatter and the rankings. */
const rankedCoins = 50

/** Refetch interval until the first analytics run, which follows the first start by minutes. */
const pendingMs = 5000

export const isComputed = ({ computed_at }: CorrelationMatrix): boolean => computed_at !== null

type Choice = { period: Period; stablecoins: boolean; wrapped: boolean }

const toQuery = ({ period, stablecoins, wrapped }: Choice, top_n: number) => ({
  period_days: Number(period),
  top_n,
  exclude_stablecoins: !stablecoins,
  exclude_wrapped: !wrapped,
})

export const correlationQuery = (choice: Choice, coins: string) =>
  queryOptions({
    queryKey: ['correlation', toQuery(choice, Number(coins))],
    queryFn: () => fetchCorrelation(toQuery(choice, Number(coins))),
    refetchInterval: ({ state: { data } }: { state: { data: CorrelationMatrix | undefined } }) =>
      data === undefined || isComputed(data) ? false : pendingMs,
  })

export const volatilityQuery = (choice: Choice) =>
  queryOptions({
    queryKey: ['volatility', toQuery(choice, rankedCoins)],
    queryFn: () => fetchVolatility(toQuery(choice, rankedCoins)),
    refetchInterval: ({ state: { data } }: { state: { data: VolatilityRanking | undefined } }) =>
      data === undefined || data.length > 0 ? false : pendingMs,
  })

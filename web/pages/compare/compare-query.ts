import type { Comparison } from '@contract/compare.ts'
import type { CompareRange } from '@contract/compare-lists.ts'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ApiError, fetchComparison } from '@/lib/api'
import type { ShownCurrency } from '../../../contract/shown-currencies'

type Compared = { ids: readonly string[]; range: CompareRange; currency: ShownCurrency }

/** An answer that the same question gets again: an unknown coin. */
const isFinal = (error: Error): boolean => error instanceof ApiError && error.status !== undefined && error.status < 500

export const comparisonQuery = ({ ids, range, currency }: Compared) =>
  queryOptions({
    queryKey: ['comparison', ids.join(), range, currency],
    queryFn: () => fetchComparison({ coins: ids.join(), range, vs_currency: currency }),
    retry: (count, error) => count < 1 && !isFinal(error),
  })

/** Without the points of the chart, which take most of the bytes: only scripts draw it. */
const toOutline = (comparison: Comparison): Comparison => ({
  ...comparison,
  dates: [],
  coins: comparison.coins.map((coin) => ({ ...coin, prices: [], drawdowns: [], rolling_volatility: [] })),
})

/** Puts the outline of a comparison into the page, as data that the browser requests again. A failure: nothing. */
export async function prefetchOutline(client: QueryClient, query: ReturnType<typeof comparisonQuery>): Promise<void> {
  await client.prefetchQuery(query)
  client.setQueryData(query.queryKey, (known) => known && toOutline(known), { updatedAt: 0 })
}

import { maxComparedCoins } from '@contract/compare-lists.ts'
import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, toDehydratedProps } from '@/lib/api'
import { comparisonQuery, prefetchOutline } from './compare-query'
import { loadCompareState, toIds } from './compare-url-state'
import { CompareView } from './compare-view'

export const getServerSideProps: GetServerSideProps<DehydratedProps> = async ({ query }) => {
  const state = loadCompareState(query)
  const ids = toIds(state.coins)
  const client = new QueryClient()
  if (ids.length > 0 && ids.length <= maxComparedCoins) {
    await prefetchOutline(client, comparisonQuery({ ids, range: state.range, currency: state.currency }))
  }
  return { props: toDehydratedProps(client) }
}

export default function ComparePage() {
  return (
    <>
      <PageHead
        title="Compare"
        description="Up to 10 coins over the same days: price from a common start, drawdown, volatility, return, risk and correlation."
      />
      <CompareView />
    </>
  )
}

import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { fetchCoins, orNull } from '@/lib/api'
import { columnsCookie, toHidden } from './hidden-columns'
import { type First, Market } from './market'
import { optionalColumns } from './market-columns'
import { loadMarketQuery, toCoinQuery } from './market-url-state'

export const getServerSideProps: GetServerSideProps<{ first: First }> = async ({ req, query }) => {
  const state = loadMarketQuery(query)
  const asked = toCoinQuery(state)
  const isKnown = state.list === null && state.per_page !== 'all'
  const coins = isKnown ? await orNull(fetchCoins(asked)) : null
  return { props: { first: { query: asked, coins, hidden: toHidden(req.cookies[columnsCookie], optionalColumns) } } }
}

export default function MarketPage({ first }: { first: First }) {
  return (
    <>
      <PageHead
        title="Market"
        description="Every tracked coin with its live price, changes, market cap, volume and the last 7 days."
      />
      <Market first={first} />
    </>
  )
}

import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { fetchCoins, orNull } from '@/lib/api'
import { columnsCookie, toToggled } from './column-choice'
import { type InitialData, Market } from './market'
import { optionalColumns } from './market-columns'
import { loadMarketQuery, toCoinQuery } from './market-url-state'
import { SelectionProvider } from './row-selection'

export const getServerSideProps: GetServerSideProps<{ initial: InitialData }> = async ({ req, query }) => {
  const state = loadMarketQuery(query)
  const coinQuery = toCoinQuery(state)
  const isPrefetched = state.list === null && state.per_page !== 'all'
  const coins = isPrefetched ? await orNull(fetchCoins(coinQuery)) : null
  return {
    props: { initial: { query: coinQuery, coins, toggled: toToggled(req.cookies[columnsCookie], optionalColumns) } },
  }
}

export default function MarketPage({ initial }: { initial: InitialData }) {
  return (
    <>
      <PageHead title="Market" description="Live prices, price changes, market cap and volume of all tracked coins." />
      <SelectionProvider>
        <Market initial={initial} />
      </SelectionProvider>
    </>
  )
}

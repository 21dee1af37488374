import type { Metadata } from 'next'
import type { SearchParams } from 'nuqs/server'
import { fetchCoins, orNull } from '@/lib/api'
import { Market } from './market'
import { loadMarketQuery, toCoinQuery } from './query'

export const metadata: Metadata = { title: 'Market' }
export const dynamic = 'force-dynamic'

export default async function MarketPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await loadMarketQuery(searchParams)
  const query = toCoinQuery(state)
  return <Market first={{ query, coins: state.list === null ? await orNull(fetchCoins(query)) : null }} />
}

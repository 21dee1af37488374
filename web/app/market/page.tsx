import type { Metadata } from 'next'
import type { SearchParams } from 'nuqs/server'
import { fetchCoins, orNull } from '@/lib/api'
import { Market } from './market'
import { loadMarketQuery, toCoinQuery } from './query'

export const metadata: Metadata = { title: 'Market' }
export const dynamic = 'force-dynamic'

export default async function MarketPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = toCoinQuery(await loadMarketQuery(searchParams))
  return <Market first={{ query, coins: await orNull(fetchCoins(query)) }} />
}

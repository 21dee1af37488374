import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import type { SearchParams } from 'nuqs/server'
import { fetchCoins, orNull } from '@/lib/api'
import { columnsCookie, toHidden } from './column-choice'
import { optionalColumns } from './columns'
import { Market } from './market'
import { loadMarketQuery, toCoinQuery } from './query'

export const metadata: Metadata = {
  title: 'Market',
  description: 'Every tracked coin with its live price, changes, market cap, volume and the last 7 days.',
}
export const dynamic = 'force-dynamic'

export default async function MarketPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [state, jar] = await Promise.all([loadMarketQuery(searchParams), cookies()])
  const query = toCoinQuery(state)
  const isKnown = state.list === null && state.per_page !== 'all'
  const coins = isKnown ? await orNull(fetchCoins(query)) : null
  return <Market first={{ query, coins, hidden: toHidden(jar.get(columnsCookie)?.value, optionalColumns) }} />
}

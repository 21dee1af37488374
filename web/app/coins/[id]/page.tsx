import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { SearchParams } from 'nuqs/server'
import { cache } from 'react'
import { findCoin, orNull } from '@/lib/api'
import { defaultCorrelation, loadChartState, loadCorrelation, toKind } from './chart-state'
import { CoinView } from './coin'
import { fetchNeighbours } from './neighbours'
import { analyticsQuery, candleQuery, coinQuery, lineQuery, openDayQuery } from './queries'

export const dynamic = 'force-dynamic'

type CoinPageProps = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> }

/** Null when it could not be asked for; undefined when there is no such coin. */
const askForCoin = cache((id: string) => orNull(findCoin(id)))

const toId = async (params: CoinPageProps['params']): Promise<string> => {
  const { id } = await params
  try {
    return decodeURIComponent(id)
  } catch {
    return notFound()
  }
}

export async function generateMetadata({ params }: CoinPageProps): Promise<Metadata> {
  const coin = await askForCoin(await toId(params))
  if (coin === undefined) return { title: 'No such coin' }
  if (coin === null) return { title: 'Coin' }
  const symbol = coin.symbol.toUpperCase()
  return {
    title: `${coin.name} (${symbol})`,
    description: `${coin.name} (${symbol}): live price in US dollars, candles of up to 365 days, market cap, volume, supply and all-time high and low.`,
  }
}

export default async function CoinPage({ params, searchParams }: CoinPageProps) {
  const id = await toId(params)
  const coin = await askForCoin(id)
  if (coin === undefined) notFound()
  const client = new QueryClient()
  if (coin === null) return <CoinView id={id} neighbours={{ previous: null, next: null }} />
  client.setQueryData(coinQuery(id).queryKey, coin)
  const [{ period, chart }, { correlation }] = await Promise.all([
    loadChartState(searchParams),
    loadCorrelation(searchParams),
  ])
  const candles = candleQuery(coin.id, period)
  const [neighbours] = await Promise.all([
    orNull(fetchNeighbours(coin)),
    client.prefetchQuery(candles),
    period === '1' ? undefined : client.prefetchQuery(openDayQuery(coin.id)),
    client.prefetchQuery(analyticsQuery(coin.id, Number(defaultCorrelation))),
    client.prefetchQuery(analyticsQuery(coin.id, Number(correlation))),
  ])
  const known = client.getQueryData(candles.queryKey)?.candles
  if (known !== undefined && toKind(chart, period, known) === 'line')
    await client.prefetchQuery(lineQuery(coin.id, period))
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <CoinView id={id} neighbours={neighbours ?? { previous: null, next: null }} />
    </HydrationBoundary>
  )
}

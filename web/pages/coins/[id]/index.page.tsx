import type { CoinDetail } from '@contract/coins.ts'
import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps, GetServerSidePropsContext } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, findCoin, orNull, toDehydratedProps } from '@/lib/api'
import { coinHref } from '@/lib/links'
import { toInterval, toRange } from './chart-range'
import { defaultCorrelation, loadChartState, loadCorrelation } from './chart-state'
import { CoinNotFound } from './coin-not-found'
import { analyticsQuery, coinQuery, rangeQuery } from './coin-queries'
import { CoinView } from './coin-view'

type Meta = { title: string; description: string }
type Found = Partial<DehydratedProps> & { id: string; meta: Meta | null }
type CoinPageProps = Found | { id: null }

function toMeta({ name, symbol }: CoinDetail): Meta {
  const title = `${name} (${symbol.toUpperCase()})`
  return {
    title,
    description: `${title}: live price in US dollars, OHLC chart, market cap, volume, supply, risk metrics and all-time high and low.`,
  }
}

async function prefetch(id: string, coin: CoinDetail, query: GetServerSidePropsContext['query']): Promise<Found> {
  const client = new QueryClient()
  client.setQueryData(coinQuery(id).queryKey, coin)
  const state = loadChartState(query)
  const { correlation, related } = loadCorrelation(query)
  const now = Date.now()
  const interval = toInterval(state.interval, toRange(state, now), now)
  await Promise.all([
    client.prefetchQuery(rangeQuery(coin.id, { range: state, interval, ind: state.ind })),
    client.prefetchQuery(analyticsQuery(coin.id, Number(defaultCorrelation))),
    client.prefetchQuery(analyticsQuery(coin.id, Number(correlation), related)),
  ])
  return { ...toDehydratedProps(client), id, meta: toMeta(coin) }
}

export const getServerSideProps: GetServerSideProps<CoinPageProps> = async ({ params, query, res }) => {
  const id = String(params?.id)
  const coin = await orNull(findCoin(id))
  if (coin === undefined) {
    const lowerCase = id === id.toLowerCase() ? undefined : await orNull(findCoin(id.toLowerCase()))
    if (lowerCase) return { redirect: { destination: coinHref(lowerCase), permanent: false } }
    res.statusCode = 404
    return { props: { id: null } }
  }
  if (coin === null) return { props: { id, meta: null } }
  return { props: await prefetch(id, coin, query) }
}

export default function CoinPage(props: CoinPageProps) {
  if (props.id === null)
    return (
      <>
        <PageHead title="Coin not found" />
        <CoinNotFound />
      </>
    )
  const { id, meta } = props
  return (
    <>
      <PageHead {...(meta ?? { title: 'Coin' })} />
      <CoinView key={id} id={id} />
    </>
  )
}

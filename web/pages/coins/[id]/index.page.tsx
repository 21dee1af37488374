import type { CoinDetail } from '@contract/coins.ts'
import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps, GetServerSidePropsContext } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, findCoin, orNull, toDehydratedProps } from '@/lib/api'
import { coinHref } from '@/lib/links'
import { defaultCorrelation, loadChartState, loadCorrelation, toKind } from './chart-state'
import { CoinNotFound } from './coin-not-found'
import { analyticsQuery, candleQuery, coinQuery, lineQuery } from './coin-queries'
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
  const { period, chart } = loadChartState(query)
  const { correlation, related } = loadCorrelation(query)
  const candles = candleQuery(coin.id, period)
  await Promise.all([
    client.prefetchQuery(candles),
    client.prefetchQuery(analyticsQuery(coin.id, Number(defaultCorrelation))),
    client.prefetchQuery(analyticsQuery(coin.id, Number(correlation), related)),
  ])
  const known = client.getQueryData(candles.queryKey)?.candles
  if (known !== undefined && toKind(chart, period, known) === 'line')
    await client.prefetchQuery(lineQuery(coin.id, period))
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

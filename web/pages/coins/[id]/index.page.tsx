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
import { fetchNeighbours, type Neighbours } from './rank-neighbors'

type Words = { title: string; description: string }
type Found = Partial<DehydratedProps> & { id: string; words: Words | null; neighbours: Neighbours }
type CoinPageProps = Found | { id: null }

const nobody: Neighbours = { previous: null, next: null }

function toWords({ name, symbol }: CoinDetail): Words {
  const title = `${name} (${symbol.toUpperCase()})`
  return {
    title,
    description: `${title}: live price in US dollars, candles of up to 365 days, market cap, volume, supply and all-time high and low.`,
  }
}

async function askAbout(id: string, coin: CoinDetail, query: GetServerSidePropsContext['query']): Promise<Found> {
  const client = new QueryClient()
  client.setQueryData(coinQuery(id).queryKey, coin)
  const { period, chart } = loadChartState(query)
  const { correlation, related } = loadCorrelation(query)
  const candles = candleQuery(coin.id, period)
  const [neighbours] = await Promise.all([
    orNull(fetchNeighbours(coin)),
    client.prefetchQuery(candles),
    client.prefetchQuery(analyticsQuery(coin.id, Number(defaultCorrelation))),
    client.prefetchQuery(analyticsQuery(coin.id, Number(correlation), related)),
  ])
  const known = client.getQueryData(candles.queryKey)?.candles
  if (known !== undefined && toKind(chart, period, known) === 'line')
    await client.prefetchQuery(lineQuery(coin.id, period))
  return { ...toDehydratedProps(client), id, words: toWords(coin), neighbours: neighbours ?? nobody }
}

export const getServerSideProps: GetServerSideProps<CoinPageProps> = async ({ params, query, res }) => {
  const id = String(params?.id)
  const coin = await orNull(findCoin(id))
  if (coin === undefined) {
    const meant = id === id.toLowerCase() ? undefined : await orNull(findCoin(id.toLowerCase()))
    if (meant) return { redirect: { destination: coinHref(meant), permanent: false } }
    res.statusCode = 404
    return { props: { id: null } }
  }
  if (coin === null) return { props: { id, words: null, neighbours: nobody } }
  return { props: await askAbout(id, coin, query) }
}

export default function CoinPage(props: CoinPageProps) {
  if (props.id === null)
    return (
      <>
        <PageHead title="No such coin" />
        <CoinNotFound />
      </>
    )
  const { id, words, neighbours } = props
  return (
    <>
      <PageHead {...(words ?? { title: 'Coin' })} />
      <CoinView key={id} id={id} neighbours={neighbours} />
    </>
  )
}

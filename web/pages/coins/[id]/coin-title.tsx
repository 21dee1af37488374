import type { CoinDetail } from '@contract/coins.ts'
import Head from 'next/head'
import { useLivePrice } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'

/** The title of the tab: the live price first, since a tab shows little else. */
export function CoinTitle({ coin }: { coin: CoinDetail }) {
  const money = useMoney()
  const price = useLivePrice(coin.coingecko_id, coin.price_usd)
  const name = `${coin.name} (${coin.symbol.toUpperCase()})`
  const title = price === null ? name : `${money.price(price, coin.coingecko_id)} · ${name}`
  return (
    <Head>
      <title key="title">{`${title} · CryptoFlow`}</title>
    </Head>
  )
}

import type { Coin, CoinList } from '@contract/coins.ts'
import type { ChartTable } from '@/components/charts/chart-table'
import type { Method } from '@/components/charts/method'
import { formatCompactUsd, formatExact, formatMinute, formatPct, formatPrice, formatShare } from '@/lib/format'
import { scaleToPrice, toChange } from '@/lib/live-figures'

/** The description of a tile at a price in USD. */
export const describeTile = (coin: Coin, price: number | null): string =>
  `${coin.name}: market cap ${formatCompactUsd(scaleToPrice(coin.market_cap, coin, price))}, 24h change ${formatPct(toChange(coin, '24h', price))}, price ${formatPrice(price)}`

export const toScope = (shown: number, total: number): string => {
  const count = formatExact(total)
  return shown < total ? `top ${formatExact(shown)} of ${count} coins` : `${count} coins`
}

const newest = (coins: readonly Coin[]): string | null =>
  coins.reduce<string | null>(
    (last, { last_updated: at }) => (at !== null && (last === null || at > last) ? at : last),
    null,
  )

export function toMapMethod(coins: readonly Coin[], list: CoinList | undefined): Method {
  const asOf = newest(coins)
  return {
    about:
      'Each rectangle is a coin. The area is proportional to market cap (price × circulating supply). The color shows the 24h change of the live price in seven steps. Coins without a known market cap are left out.',
    facts: [
      { label: 'Coins', text: toScope(coins.length, list?.total ?? coins.length) },
      { label: 'Period', text: 'Last 24 h, up to the live price' },
      { label: 'Gray', text: 'Change within ±0.5%, or unknown' },
      { label: 'As of', text: asOf === null ? 'No snapshot yet' : `${formatMinute(asOf)} UTC` },
      { label: 'Source', text: 'Latest market snapshot and live price stream' },
    ],
  }
}

/** The data table of the map at current prices. */
export function toMapTable(snapshot: readonly Coin[], toPrice: (coin: Coin) => number | null): ChartTable<Coin> {
  const coins = snapshot.map((coin): Coin => {
    const price = toPrice(coin)
    return {
      ...coin,
      price_usd: price,
      market_cap: scaleToPrice(coin.market_cap, coin, price),
      price_change_24h_pct: toChange(coin, '24h', price),
    }
  })
  const total = coins.reduce((sum, { market_cap }) => sum + (market_cap ?? 0), 0)
  const share = ({ market_cap }: Coin) => (market_cap === null || total === 0 ? null : (market_cap / total) * 100)
  return {
    caption: 'Market map: coins by market cap',
    columns: [
      { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
      { label: 'Symbol', field: 'symbol', value: ({ symbol }) => symbol, text: ({ symbol }) => symbol.toUpperCase() },
      {
        label: 'Market cap',
        field: 'market_cap_usd',
        value: ({ market_cap }) => market_cap,
        text: ({ market_cap }) => formatCompactUsd(market_cap),
        numeric: true,
      },
      {
        label: 'Share',
        field: 'share_pct',
        value: share,
        text: (coin) => formatShare(share(coin)),
        numeric: true,
      },
      {
        label: '24h change',
        field: 'price_change_24h_pct',
        value: (coin) => coin.price_change_24h_pct,
        text: (coin) => formatPct(coin.price_change_24h_pct),
        numeric: true,
      },
      {
        label: 'Price',
        field: 'price_usd',
        value: (coin) => coin.price_usd,
        text: (coin) => formatPrice(coin.price_usd),
        numeric: true,
      },
    ],
    items: coins,
    toKey: ({ id }) => String(id),
  }
}

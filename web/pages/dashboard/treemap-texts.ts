import type { ChartTable } from '@/components/charts/chart-table'
import type { Method } from '@/components/charts/method'
import { formatCompactUsd, formatExact, formatMinute, formatPct, formatPrice, formatShare } from '@/lib/format'
import { scaleToPrice, toChange } from '@/lib/live-figures'
import { type Period, periods, toStepLabels } from './change-tiers'
import type { MapCoin } from './treemap-layout'
import type { Exclusion } from './treemap-state'

/** The description of a tile at a price in USD. */
export function describeTile(coin: MapCoin, price: number | null): string {
  const changes = periods.map((period) => `${period} ${formatPct(toChange(coin, period, price))}`).join(', ')
  const rank = coin.market_cap_rank === null ? '' : `, rank ${coin.market_cap_rank}`
  return `${coin.name}${rank}: market cap ${formatCompactUsd(scaleToPrice(coin.market_cap, coin, price))}, price ${formatPrice(price)}, change ${changes}`
}

const exclusionTexts: Record<Exclusion, string> = { bitcoin: 'Bitcoin', stablecoins: 'stablecoins' }

/** What the map shows: the coins, and those left out. */
export function toScope({
  shown,
  total,
  without,
}: {
  shown: number
  total: number
  without: readonly Exclusion[]
}): string {
  const count = shown < total ? `${formatExact(shown)} of ${formatExact(total)} coins` : `${formatExact(total)} coins`
  return without.length === 0 ? count : `${count}, without ${without.map((name) => exclusionTexts[name]).join(' and ')}`
}

const newest = (coins: readonly MapCoin[]): string | null =>
  coins.reduce<string | null>(
    (last, { last_updated: at }) => (at !== null && (last === null || at > last) ? at : last),
    null,
  )

type MapScope = { period: Period; scope: string; isGrouped: boolean }

export function toMapMethod(coins: readonly MapCoin[], { period, scope, isGrouped }: MapScope): Method {
  const asOf = newest(coins)
  const heads = isGrouped
    ? ' Each part has a head with its share; the areas of its coins share the rest of the part.'
    : ''
  return {
    about: `Each rectangle is a coin. The area is proportional to market cap (price × circulating supply).${heads} The color shows the ${period} change of the live price in seven steps, wider for longer periods. Coins without a known market cap are left out.`,
    facts: [
      { label: 'Coins', text: scope },
      {
        label: 'Period',
        text:
          period === '30d'
            ? 'From the daily close at the UTC midnight nearest to 30 days ago to the live price'
            : `Last ${period}, up to the live price`,
      },
      { label: 'Gray', text: `Change within ${toStepLabels(period)[4]}%, or unknown` },
      { label: 'As of', text: asOf === null ? 'No snapshot yet' : `${formatMinute(asOf)} UTC` },
      { label: 'Source', text: 'Latest market snapshot and live price stream' },
    ],
  }
}

/** The data table of the map at current prices. */
export function toMapTable(
  snapshot: readonly MapCoin[],
  toPrice: (coin: MapCoin) => number | null,
): ChartTable<MapCoin> {
  const coins = snapshot.map((coin): MapCoin => {
    const price = toPrice(coin)
    return {
      ...coin,
      price_usd: price,
      market_cap: scaleToPrice(coin.market_cap, coin, price),
      price_change_1h_pct: toChange(coin, '1h', price),
      price_change_24h_pct: toChange(coin, '24h', price),
      price_change_7d_pct: toChange(coin, '7d', price),
      price_change_30d_pct: toChange(coin, '30d', price),
    }
  })
  const total = coins.reduce((sum, { market_cap }) => sum + (market_cap ?? 0), 0)
  const share = ({ market_cap }: MapCoin) => (market_cap === null || total === 0 ? null : (market_cap / total) * 100)
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
      ...periods.map((period) => {
        const field = `price_change_${period}_pct` as const
        return {
          label: `${period} change`,
          field,
          value: (coin: MapCoin) => coin[field],
          text: (coin: MapCoin) => formatPct(coin[field]),
          numeric: true,
        }
      }),
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

import type { Watchlist } from '@contract/watchlist.ts'

type Item = Watchlist['items'][number]
type NewCoin = { id: number } & Pick<Item, 'coingecko_id' | 'symbol' | 'name' | 'image_url' | 'logo_url'>

const toList = (items: Item[]): Watchlist => ({ coin_ids: items.map(({ coin_id }) => coin_id), items })

/** The watchlist with a coin added at `index`, or at the end; undefined while the list is not loaded. */
export function withCoin(list: Watchlist | undefined, coin: NewCoin, index = -1): Watchlist | undefined {
  if (list === undefined || list.coin_ids.includes(coin.id)) return list
  const { id: coin_id, coingecko_id, symbol, name, image_url, logo_url } = coin
  const item: Item = {
    ...{ coin_id, coingecko_id, symbol, name, image_url, logo_url },
    added_at: new Date().toISOString(),
    is_tracked: true,
    last_seen_at: null,
    successor: null,
  }
  return toList(list.items.toSpliced(index < 0 ? list.items.length : index, 0, item))
}

/** The watchlist without a coin. */
export const withoutCoin = (list: Watchlist | undefined, coinId: number): Watchlist | undefined =>
  list && toList(list.items.filter(({ coin_id }) => coin_id !== coinId))

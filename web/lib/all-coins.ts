import type { CoinList, CoinListQuery } from '@contract/coins.ts'
import { fetchCoins } from './api'

const perPage = 100
const atOnce = 4

/**
 * The coins of all pages as one page, or the first `limit` of them. A coin that a new snapshot moved from one page to
 * another meanwhile is there once.
 */
export async function fetchAllCoins(
  query: Partial<CoinListQuery>,
  limit = Number.POSITIVE_INFINITY,
): Promise<CoinList> {
  const fetchPage = (page: number) => fetchCoins({ ...query, page, per_page: perPage })
  const first = await fetchPage(1)
  const items = new Map(first.items.map((coin) => [coin.id, coin]))
  const last = Math.min(first.pages, Math.ceil(limit / perPage))
  for (let from = 2; from <= last; from += atOnce) {
    const pages = Array.from({ length: Math.min(atOnce, last - from + 1) }, (_, index) => from + index)
    for (const list of await Promise.all(pages.map(fetchPage)))
      for (const coin of list.items) items.set(coin.id, items.get(coin.id) ?? coin)
  }
  return { ...first, items: [...items.values()], per_page: items.size, pages: 1 }
}

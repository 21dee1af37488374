import type { Coin, CoinDetail } from '@contract/coins.ts'
import { fetchCoins } from '@/lib/api'

const perPage = 20

export type Neighbors = { previous: Coin | null; next: Coin | null }

const fetchPage = async (page: number): Promise<Coin[]> =>
  page < 1 ? [] : (await fetchCoins({ sort_by: 'market_cap_rank', sort_dir: 'asc', per_page: perPage, page })).items

/** The previous and next coin by rank. Ranks may have gaps, so the search starts at the page of the rank and goes back. */
export async function fetchNeighbors({ id, market_cap_rank }: CoinDetail): Promise<Neighbors> {
  if (market_cap_rank === null) return { previous: null, next: null }
  for (let page = Math.ceil(market_cap_rank / perPage); page >= 1; page -= 1) {
    const coins = await fetchPage(page)
    const index = coins.findIndex((coin) => coin.id === id)
    if (index === -1) continue
    const before = index > 0 ? coins : await fetchPage(page - 1)
    const after =
      index < coins.length - 1 ? coins.slice(index + 1) : coins.length < perPage ? [] : await fetchPage(page + 1)
    return { previous: before[index > 0 ? index - 1 : before.length - 1] ?? null, next: after[0] ?? null }
  }
  return { previous: null, next: null }
}

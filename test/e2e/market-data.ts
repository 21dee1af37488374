import type { VolatilityRanking } from '../../contract/analytics.ts'
import type { MarketHistory } from '../../contract/market.ts'
import type { TableQuality } from '../../contract/quality.ts'
import type { Product } from '../product.ts'
import { waitFor } from '../wait.ts'

const patienceMs = 240_000

/**
 * Resolves when `product` has data for every page. A demo starts with half a day of market history, because large coins
 * lacked a market cap before.
 */
export async function waitForData({ url }: Product): Promise<void> {
  const getJson = async <T>(path: string) => (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>
  const isThere = async () => {
    const { points } = await getJson<MarketHistory>('/market/history')
    const ranking = await getJson<VolatilityRanking>('/analytics/volatility?top_n=20')
    const tables = await getJson<TableQuality[]>('/quality/summary')
    return points.length > 10 && ranking.filter((coin) => coin.volatility !== null).length > 10 && tables.length > 0
  }
  await waitFor(isThere, 'history, analytics and checks', patienceMs)
}

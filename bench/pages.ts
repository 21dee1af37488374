import { startProduct } from '../test/product.ts'
import { loadUrl } from './http-load.ts'
import type { Bench } from './measure.ts'
import { waitForCoins } from './web-pages.ts'

const minPerCore = 500
const maxMs = 5
const coins = 50
const browser = { 'accept-encoding': 'gzip, deflate, br' }

/**
 * Hot pages of the product in demo mode, as a signed-out browser requests them: per second and core, and latency on one
 * connection.
 */
export const bench: Bench = async () => {
  const limits = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_COSTLY_PER_MINUTE: '0' }
  const product = await startProduct({ TRACKED_COINS: String(coins), ...limits })
  const numbers: Record<string, number> = {}
  try {
    await waitForCoins(product, coins)
    for (const [name, path] of [
      ['dashboard', '/'],
      ['market', '/market'],
    ] as const) {
      const url = product.url + path
      const hot = await loadUrl(url, { pid: product.pid, headers: browser })
      const alone = await loadUrl(url, { pid: product.pid, headers: browser, connections: 1 })
      const known = await loadUrl(url, { pid: product.pid, revalidates: true })
      Object.assign(numbers, {
        [`${name}_per_core_second`]: hot.per_core_second,
        [`${name}_304_per_core_second`]: known.per_core_second,
        [`${name}_p50_ms`]: alone.p50_ms,
        [`${name}_p99_ms`]: alone.p99_ms,
        [`${name}_bytes`]: hot.bytes,
      })
    }
  } finally {
    await product.stop()
  }
  const { dashboard_per_core_second = 0, market_per_core_second = 0, dashboard_p50_ms = 0, market_p50_ms = 0 } = numbers
  const slowest = Math.min(dashboard_per_core_second, market_per_core_second)
  const ratio = Math.max(minPerCore / slowest, Math.max(dashboard_p50_ms, market_p50_ms) / maxMs)
  return { ratio, limit: 1, ...numbers }
}

import type { TestContext } from 'node:test'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'
import { createTestDatabase, type TestDatabase, toUrl } from './database.ts'
import { type Product, startProduct } from './product.ts'
import { type Redis, startRedis } from './redis.ts'

export const trackedCoins = 30

/** What many processes share, and how to start one more with some roles. */
export type Topology = {
  database: TestDatabase
  redis: Redis
  simulator: Simulator
  start(roles: string, settings?: Record<string, string>): Promise<Product>
}

/** Processes as they run on many machines: a PostgreSQL and a Redis of their own, and a market that a simulator plays. */
export async function openTopology(t: TestContext): Promise<Topology> {
  const database = await createTestDatabase()
  const redis = await startRedis()
  const simulator = await startSimulator({ coins: trackedCoins + 20 })
  const products: Product[] = []
  t.after(async () => {
    await Promise.all(products.map((product) => product.stop()))
    await Promise.all([simulator.close(), redis.stop()])
    await database.drop()
  })
  const shared = {
    CRYPTOFLOW_MODE: 'live',
    TRACKED_COINS: String(trackedCoins),
    DATABASE_URL: toUrl(database.connection),
    REDIS_URL: redis.url,
    STREAM_SOURCES: 'coincap',
    COINCAP_WS_URL: simulator.wsUrl,
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINGECKO_CALLS_PER_MINUTE: '1000',
  }
  const start = async (ROLES: string, settings: Record<string, string> = {}) => {
    const product = await startProduct({ ...shared, ...settings, ROLES })
    products.push(product)
    return product
  }
  return { database, redis, simulator, start }
}

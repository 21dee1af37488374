import type { TestContext } from 'node:test'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'
import { createTestDatabase, type TestDatabase, toUrl } from './database.ts'
import { type Product, startProduct } from './product.ts'
import { type Redis, startRedis } from './redis.ts'

export const trackedCoins = 30

type Settings = Record<string, string>

/** The services that several processes share. `start` adds a process with some roles. */
export type Topology = {
  database: TestDatabase
  redis: Redis
  simulator: Simulator
  start(roles: string, settings?: Settings): Promise<Product>
  /** Runs `cryptoflow cluster` with options on the built-in database. */
  startCluster(options: readonly string[], settings?: Settings): Promise<Product>
}

/** Several processes with a shared PostgreSQL, Redis and simulated market. */
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
    REDIS_URL: redis.url,
    STREAM_SOURCES: 'coincap',
    COINCAP_WS_URL: simulator.wsUrl,
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINGECKO_CALLS_PER_MINUTE: '1000',
  }
  const add = async (starting: Promise<Product>) => {
    const product = await starting
    products.push(product)
    return product
  }
  const DATABASE_URL = toUrl(database.connection)
  return {
    database,
    redis,
    simulator,
    start: (ROLES, settings = {}) => add(startProduct({ ...shared, DATABASE_URL, ...settings, ROLES })),
    startCluster: (options, settings = {}) =>
      add(startProduct({ ...shared, ROLES: 'api', ...settings }, undefined, ['cluster', ...options])),
  }
}

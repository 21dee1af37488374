import { createServer } from 'node:net'
import type { CoinList } from '../contract/coins.ts'
import type { Product } from '../test/product.ts'
import { waitFor } from '../test/wait.ts'

/** The pages that have budgets. */
export const routes = [
  '/',
  '/market',
  '/coins/bitcoin',
  '/analytics',
  '/pipeline',
  '/quality',
  '/how-it-works',
  '/sign-in',
] as const
export type Route = (typeof routes)[number]

/** The window that the pages are made for. */
export const desktop = { width: 1440, height: 900 }

/** How many times slower than this machine the reader's is. */
export const slowdown = 4

const patienceMs = 240_000

const getJson = async <T>({ url }: Product, path: string): Promise<T> =>
  (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>

export const waitForCoins = (product: Product, count: number): Promise<boolean> =>
  waitFor(async () => (await getJson<CoinList>(product, '/coins')).total === count, `${count} coins`, patienceMs)

/** A port of this machine that nobody listens on. */
export async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

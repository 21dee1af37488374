import { createServer } from 'node:net'
import type { CoinList } from '../contract/coins.ts'
import type { Product } from '../test/product.ts'
import { waitFor } from '../test/wait.ts'

/** The pages with budgets. */
export const routes = [
  '/',
  '/market',
  '/coins/bitcoin',
  '/analytics',
  '/compare',
  '/pipeline',
  '/pipeline/runs/1',
  '/quality',
  '/how-it-works',
  '/sign-in',
] as const
export type Route = (typeof routes)[number]

/** The main window size of the design. */
export const desktop = { width: 1440, height: 900 }

/** CPU slowdown factor for the user's machine. */
export const slowdown = 4

const patienceMs = 240_000

const getJson = async <T>({ url }: Product, path: string): Promise<T> =>
  (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>

export const waitForCoins = (product: Product, count: number): Promise<boolean> =>
  waitFor(async () => (await getJson<CoinList>(product, '/coins')).total === count, `${count} coins`, patienceMs)

/** A free port. */
export async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

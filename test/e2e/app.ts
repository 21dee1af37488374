import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { CoinList } from '../../contract/coins.ts'
import { buildWeb, isBuildStale } from '../../server/cli/build.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'

let browser: Browser
let product: Product
let simulator: Simulator

export const needsBrowser = { skip: noBrowser }

/** Starts a browser and the whole product on a live market of 1,000 coins, for the tests of the file that calls this. */
export function startApp(): void {
  before(async () => {
    if (noBrowser) return
    if (await isBuildStale()) await buildWeb()
    simulator = await startSimulator({ coins: 1200 })
    const upstreams = {
      COINGECKO_BASE_URL: simulator.baseUrl,
      COINCAP_WS_URL: simulator.wsUrl,
      CRYPTOFLOW_MODE: 'live',
    }
    ;[browser, product] = await Promise.all([
      openBrowser(),
      startProduct({ ...upstreams, TRACKED_COINS: '1000', COINGECKO_CALLS_PER_MINUTE: '100' }),
    ])
    await waitFor(async () => (await getJson<CoinList>('/api/v1/coins')).total === 1000, '1,000 coins', 60_000)
  })
  after(async () => {
    await browser?.close()
    await product?.stop()
    await simulator?.close()
  })
}

export const appUrl = (path = ''): string => product.url + path

export const getJson = async <T>(path: string): Promise<T> => (await fetch(appUrl(path))).json() as Promise<T>

/** What the API said while `read` looked at the page: asked before and after, until no snapshot came between. */
export async function readBeside<T, R>(path: string, read: () => Promise<R>): Promise<[T, R]> {
  for (;;) {
    const known = await getJson<T>(path)
    const seen = await read()
    if (JSON.stringify(known) === JSON.stringify(await getJson<T>(path))) return [known, seen]
  }
}

/** A page on which nothing goes wrong: an error or warning in its console, or a failed request, fails the test. */
export async function openPage(t: TestContext, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`)
  })
  t.after(async () => {
    await context.close()
    assert.deepEqual(complaints, [])
  })
  await page.goto(appUrl(path))
  return page
}

/** Resolves once the page's scripts run. */
export const becomesLive = (page: Page): Promise<void> => page.getByTestId('live-indicator').waitFor()

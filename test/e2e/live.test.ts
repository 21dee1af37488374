import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { CompactReader } from '../../contract/compact-prices.ts'
import type { StreamReport } from '../../contract/live.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { joinBrowser, noBrowser } from './browser.ts'

const needsBrowser = { skip: noBrowser }
const minute = 60_000
let browser: Browser
let product: Product
let simulator: Simulator

before(async () => {
  if (noBrowser) return
  simulator = await startSimulator({ coins: 60 })
  const upstreams = {
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINCAP_WS_URL: simulator.wsUrl,
    STREAM_SOURCES: 'coincap',
  }
  ;[browser, product] = await Promise.all([
    joinBrowser(),
    startProduct({ ...upstreams, CRYPTOFLOW_MODE: 'live', TRACKED_COINS: '20', COINGECKO_CALLS_PER_MINUTE: '1000' }),
  ])
  await waitFor(async () => !(await getStatus()).stale, 'live prices', minute)
})
after(async () => {
  await browser?.close()
  await product?.stop()
  await simulator?.close()
})

const getStatus = async (): Promise<StreamReport> =>
  (await (await fetch(`${product.url}/api/v1/ws/status`)).json()) as StreamReport

const flashes = (page: Page) => page.locator('[data-flash]')
const say = (page: Page): Promise<string> => page.getByTestId('live-indicator').innerText()
const saysSoon = (page: Page, word: string, patienceMs = minute) =>
  waitFor(async () => (await say(page)).startsWith(word), `the word ${word}`, patienceMs)

test('sends a page only the prices of the coins that it shows', needsBrowser, async () => {
  const page = await browser.newPage()
  const updates: string[][] = []
  page.on('websocket', (socket) => {
    const reader = new CompactReader()
    socket.on('framereceived', ({ payload }) => {
      const frame = reader.read(JSON.parse(payload.toString()))
      if (frame.type === 'price_update') updates.push(Object.keys(frame.prices))
    })
  })
  const brings = (isIt: (ids: string[]) => boolean, what: string) =>
    waitFor(() => updates.splice(0).some(isIt), what, minute)
  await page.goto(`${product.url}/coins/bitcoin`)
  await brings((ids) => ids.length > 1, 'prices of all coins at first')
  await brings((ids) => ids.join() === 'bitcoin', 'those of Bitcoin alone')
  await page.getByRole('link', { name: 'Market' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Market' }).waitFor()
  await brings((ids) => ids.length > 1, 'those of the rows of the market')
  await page.close()
})

test('shows a silent feed, a dead feed and a lost server, and recovers from each', needsBrowser, async () => {
  const page = await browser.newPage()
  await page.clock.install()
  await page.goto(product.url)
  await saysSoon(page, 'Live')
  await waitFor(() => flashes(page).count(), 'a flash')

  simulator.faults.set([{ kind: 'stream_stall' }])
  await saysSoon(page, 'Delayed')
  assert.equal(await flashes(page).count(), 0, 'no price that stands still is marked as changed')
  assert.match(await say(page), /Delayed\s+\d+ s/, 'with the age of the last price')
  simulator.faults.clear()
  await saysSoon(page, 'Live')

  simulator.faults.set([{ kind: 'stream_drop' }])
  await saysSoon(page, 'Delayed')
  await waitFor(async () => (await getStatus()).source === null, 'no source', minute)
  await page.clock.fastForward(5 * minute)
  await saysSoon(page, 'Offline')
  assert.match(await say(page), /Offline\s+\d+ min/)
  assert.match((await page.getByTestId('live-indicator').getAttribute('title')) ?? '', /No live source|Connection lost/)
  simulator.faults.clear()
  await saysSoon(page, 'Live', 2 * minute)

  await product.stop('SIGKILL')
  await waitFor(async () => !(await say(page)).startsWith('Live'), 'word of the lost server')
  await page.clock.fastForward(5 * minute)
  await saysSoon(page, 'Offline')
  await page.close()
})

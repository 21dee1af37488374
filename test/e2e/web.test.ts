import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { CoinList } from '../../contract/coins.ts'
import type { MarketOverview } from '../../contract/market.ts'
import { buildWeb, isBuildStale } from '../../server/cli/build.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'

const needsBrowser = { skip: noBrowser }
let browser: Browser
let product: Product
let simulator: Simulator

before(async () => {
  if (noBrowser) return
  if (await isBuildStale()) await buildWeb()
  simulator = await startSimulator({ coins: 1200 })
  const upstreams = { COINGECKO_BASE_URL: simulator.baseUrl, COINCAP_WS_URL: simulator.wsUrl, CRYPTOFLOW_MODE: 'live' }
  ;[browser, product] = await Promise.all([
    openBrowser(),
    startProduct({ ...upstreams, TRACKED_COINS: '1000', COINGECKO_CALLS_PER_MINUTE: '100' }),
  ])
  await waitFor(async () => (await getJson<CoinList>('/api/v1/coins')).total === 1000, '1,000 coins')
})
after(async () => {
  await browser?.close()
  await product?.stop()
  await simulator?.close()
})

const getJson = async <T>(path: string): Promise<T> => (await fetch(product.url + path)).json() as Promise<T>

/** A page whose console stays clean: any error or warning fails the test. */
async function openPage(t: TestContext, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on(
    'console',
    (message) =>
      ['error', 'warning'].includes(message.type()) && complaints.push(`${message.text()} ${message.location().url}`),
  )
  page.on('pageerror', (error) => complaints.push(String(error)))
  t.after(async () => {
    await context.close()
    assert.deepEqual(complaints, [])
  })
  await page.goto(product.url + path)
  return page
}

test('the dashboard is whole without JavaScript: figures, map and movers', needsBrowser, async (t) => {
  const page = await openPage(t, '/', { javaScriptEnabled: false })
  const overview = await getJson<MarketOverview>('/api/v1/market/overview')
  await page.getByText('Market map').waitFor()
  const figures = await page.getByTestId('figures').innerText()
  assert.match(figures, /Market cap\s+\$\d/)
  assert.match(figures, new RegExp(overview.active_coins.toLocaleString('en-US')))
  for (const { name } of [...overview.top_gainers, ...overview.top_losers])
    assert.ok((await page.getByText(name, { exact: true }).count()) > 0, name)
})

test('the areas of the map are in proportion to market cap within 1 %', needsBrowser, async (t) => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const page = await openPage(t, '/', { viewport })
    const links = await page.locator('[data-treemap] > a:visible').all()
    const tiles = await Promise.all(
      links.map(async (link) => {
        const { width, height } = (await link.boundingBox()) ?? { width: 0, height: 0 }
        return { area: width * height, cap: Number(await link.getAttribute('data-cap')) }
      }),
    )
    assert.equal(tiles.length, 100)
    const sum = (key: 'area' | 'cap') => tiles.reduce((total, tile) => total + tile[key], 0)
    const [area, cap] = [sum('area'), sum('cap')]
    for (const tile of tiles) assert.ok(Math.abs(tile.area / area / (tile.cap / cap) - 1) < 0.01, JSON.stringify(tile))
  }
})

test('prices move by themselves, flash, and the indicator says Live', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  const price = page.locator('tbody tr').first().locator('.flash')
  const first = await price.innerText()
  await waitFor(async () => (await price.innerText()) !== first, 'another price')
  await waitFor(() => page.locator('[data-flash]').count(), 'a flash')
  await waitFor(async () => (await page.getByTestId('live-indicator').innerText()).startsWith('Live'), 'Live')
})

test('search, sort, kind and page live in the URL and survive reload and back', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  const names = () => page.locator('tbody tr td:nth-child(3)').allInnerTexts()
  await page.getByRole('button', { name: 'Market cap' }).click()
  await page.waitForURL(/sort_by=market_cap/)
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/page=2/)
  await waitFor(async () => (await page.getByText('51–100 of 1000').count()) === 1, 'the second page')
  const second = await names()
  await page.reload()
  assert.deepEqual(await names(), second)
  await page.goBack()
  await waitFor(async () => (await page.getByText('1–50 of 1000').count()) === 1, 'the first page again')
  await page.getByLabel('Filter by name or symbol').fill('solana')
  await page.waitForURL(/search=solana/)
  await waitFor(async () => (await names()).some((name) => name.includes('Solana')), 'Solana')
  await page.getByLabel('Filter by name or symbol').fill('<script>%_\\ nothing')
  await page.getByText('No coin matches').waitFor()
  await page.getByRole('button', { name: 'Show all coins' }).click()
  await waitFor(async () => (await names()).length === 50, 'all coins')
})

test('the search box finds a coin by keyboard alone', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await waitFor(async () => (await page.getByTestId('live-indicator').count()) === 1, 'a live page')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('dogec')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/coins/dogecoin')
  await page.getByRole('heading', { level: 1, name: 'Dogecoin' }).waitFor()
})

test('theme, palette and a narrow rail are kept, and are there before any script runs', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await waitFor(async () => (await page.getByTestId('live-indicator').count()) === 1, 'a live page')
  await page.getByRole('button', { name: 'Theme and colours' }).click()
  await page.getByRole('menuitemradio', { name: /Colour-blind/ }).click()
  await page.getByRole('button', { name: 'Theme and colours' }).click()
  await page.getByRole('menuitemradio', { name: 'Light', exact: true }).click()
  await page.getByRole('button', { name: 'Collapse' }).click()
  await page.reload()
  const html = page.locator('html')
  assert.deepEqual(
    [await html.getAttribute('data-palette'), await html.getAttribute('data-theme')],
    ['blue-orange', 'light'],
  )
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const served = await (await fetch(product.url, { headers: { cookie: cookies } })).text()
  assert.match(served, /<html[^>]*data-palette="blue-orange"/)
  assert.match(served, /<nav[^>]*w-14/)
})

test('nonsense in the URL is put right, and an unknown page says so', needsBrowser, async (t) => {
  const page = await openPage(t, '/market?page=-5&per_page=7&sort_by=evil&sort_dir=sideways&kind=x')
  await page.locator('tbody tr').first().waitFor()
  assert.equal(await page.locator('tbody tr').count(), 50)
  await page.goto(`${product.url}/market?page=999`)
  await page.getByText('There is no page 999').waitFor()
  const answer = await fetch(`${product.url}/nowhere`)
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /There is no such page/)
})

for (const [colorScheme, width] of [
  ['light', 1440],
  ['dark', 390],
] as const)
  for (const path of ['/', '/market'])
    test(`no rule of accessibility is broken by ${path} at ${width}, ${colorScheme}`, needsBrowser, async (t) => {
      const page = await openPage(t, path, { colorScheme, viewport: { width, height: 844 }, reducedMotion: 'reduce' })
      await page.evaluate(`localStorage.setItem('theme', '${colorScheme}')`)
      await page.reload()
      await waitFor(async () => (await page.getByTestId('live-indicator').count()) === 1, 'a live page')
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html])
      assert.deepEqual(found, [])
      const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(scrolls, false, 'it scrolls sideways')
    })

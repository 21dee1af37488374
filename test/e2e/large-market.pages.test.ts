import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinList } from '../../contract/coins.ts'
import { waitFor } from '../wait.ts'
import { findViolations } from './look.ts'
import { becomesLive, needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage({
  coins: 1200,
  settings: { TRACKED_COINS: '1000', COINGECKO_CALLS_PER_MINUTE: '60' },
  getReady: async ({ getJson }) =>
    waitFor(async () => (await getJson<CoinList>('/api/v1/coins')).total === 1000, '1,000 coins', 100_000),
})
const { getJson, openPage } = stage

test('updates and flashes prices, with the indicator at Live', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  const price = page.locator('tbody tr').first().locator('.flash')
  const first = await price.innerText()
  await waitFor(async () => (await price.innerText()) !== first, 'another price')
  await waitFor(() => page.locator('[data-flash]').count(), 'a flash')
  await waitFor(async () => (await page.getByTestId('live-indicator').innerText()).startsWith('Live'), 'Live')
})

test('keeps search, sort, type and page in the URL across reload and back', needsBrowser, async (t) => {
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
  await page.getByText('No coins match').waitFor()
  await page.getByRole('button', { name: 'Show all coins' }).click()
  await waitFor(async () => (await names()).length === 50, 'all coins')
})

test('exports every matching coin, and scrolls through all rows', needsBrowser, async (t) => {
  const page = await openPage(t, '/market?per_page=all&sort_by=name')
  await waitFor(async () => (await page.getByText('1–1000 of 1000').count()) === 1, 'all coins')
  assert.ok((await page.locator('tbody tr').count()) < 100)
  assert.equal(await page.locator('table').getAttribute('aria-rowcount'), '1001')
  const { items } = await getJson<CoinList>('/api/v1/coins?per_page=100&page=10&sort_by=name')
  const last = items.at(-1)
  const isEnd = async () => {
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
    return (await page.locator('tbody tr[aria-rowindex="1001"]').count()) === 1
  }
  await waitFor(isEnd, 'the last row')
  assert.ok((await page.locator('tbody tr[aria-rowindex="1001"]').innerText()).includes(last?.name ?? '?'))
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as CSV' }).click(),
  ])
  assert.equal((await readDownload(file)).toString().trim().split('\r\n').length, 1001)
})

test('shows data, methodology and more than 500 coins of the map', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await becomesLive(page)
  const map = page.getByRole('region', { name: 'Market map' })
  await map.getByRole('button', { name: 'Show data' }).click()
  const { items } = await getJson<CoinList>('/api/v1/coins?per_page=100&sort_by=market_cap&sort_dir=desc')
  await waitFor(async () => (await map.locator('tbody tr').count()) === 100, 'every row of the data')
  assert.ok((await map.locator('tbody tr').first().innerText()).startsWith(items[0]?.name ?? '?'))
  await map.getByRole('button', { name: 'Show the chart' }).click()
  await map.getByRole('button', { name: 'Methodology: Market map' }).click()
  await page.getByText('The area is proportional to market cap').waitFor()
  await page.keyboard.press('Escape')
  await map.getByRole('button', { name: 'Map options' }).click()
  await page.getByRole('menuitemradio', { name: 'All' }).click()
  await page.waitForURL(/map=all/)
  const canvas = page.getByTestId('map-canvas')
  await waitFor(async () => Number(await canvas.getAttribute('data-tiles').catch(() => 0)) > 900, 'a drawn map')
  await canvas.getByRole('slider').focus()
  await waitFor(
    async () => (await page.getByTestId('map-pointed').innerText()).includes(items[0]?.name ?? '?'),
    'first',
  )
  await page.keyboard.press('ArrowRight')
  await waitFor(async () => (await page.getByTestId('map-pointed').innerText()).includes(items[1]?.name ?? '?'), 'next')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/coins/${items[1]?.coingecko_id}`)
})

test('has no accessibility violations with all coins', needsBrowser, async (t) => {
  for (const path of ['/market?per_page=all', '/?map=all']) {
    const page = await openPage(t, path, { reducedMotion: 'reduce' })
    await becomesLive(page)
    assert.deepEqual(await findViolations(page), [], path)
  }
})

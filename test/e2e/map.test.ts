import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coin, CoinList } from '../../contract/coins.ts'
import { formatCompactUsd } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage

const getCoins = async (): Promise<Coin[]> =>
  (await getJson<CoinList>('/api/v1/coins?per_page=100&sort_by=market_cap&sort_dir=desc')).items

test('shows the tooltip of a tile to the keyboard, and opens the coin', needsBrowser, async (t) => {
  const [bitcoin, next] = await getCoins()
  const page = await openPage(t, '/')
  await becomesLive(page)
  const tooltip = page.getByTestId('map-pointed')
  await page.getByRole('button', { name: 'Map options' }).focus()
  await page.keyboard.press('Tab')
  await tooltip.waitFor()
  const text = await tooltip.innerText()
  for (const part of [
    bitcoin?.name,
    `#${bitcoin?.market_cap_rank}`,
    formatCompactUsd(bitcoin?.market_cap ?? 0).slice(0, 4),
    '1h',
    '30d',
  ])
    assert.ok(text.includes(part ?? '?'), `${part} in ${text}`)
  await page.keyboard.press('Escape')
  assert.equal(await tooltip.count(), 0)
  await page.keyboard.press('Tab')
  await waitFor(async () => (await tooltip.innerText()).includes(next?.name ?? '?'), 'the next coin')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/coins/${next?.coingecko_id}`)
})

test('shows the tooltip at the first tap, and opens the coin at the second', needsBrowser, async (t) => {
  const [bitcoin] = await getCoins()
  const page = await openPage(t, '/', { hasTouch: true, viewport: { width: 390, height: 844 } })
  await becomesLive(page)
  const tile = page.locator('[data-treemap] > a:visible').first()
  const tooltip = page.getByTestId('map-pointed')
  await tile.tap()
  await waitFor(async () => (await tooltip.innerText()).includes('Tap again to open'), 'the tooltip')
  assert.equal(new URL(page.url()).pathname, '/')
  await page.getByRole('heading', { name: 'Market map' }).tap()
  assert.equal(await tooltip.count(), 0)
  await tile.tap()
  await tooltip.waitFor()
  await tile.tap()
  await page.waitForURL(`**/coins/${bitcoin?.coingecko_id}`)
})

test('leaves coins out, groups them and zooms into a part from the URL', needsBrowser, async (t) => {
  const coins = (await getCoins()).filter(({ coingecko_id }) => coingecko_id !== 'bitcoin')
  const stablecoins = coins.filter(({ kind }) => kind === 'stablecoin')
  const page = await openPage(t, '/?without=bitcoin&period=7d')
  await becomesLive(page)
  const tiles = page.locator('[data-treemap] > a:visible')
  const counts = (count: number) => waitFor(async () => (await tiles.count()) === count, `${count} tiles`)
  await counts(coins.length)
  assert.equal(await page.getByRole('radio', { name: '7d' }).getAttribute('aria-checked'), 'true')
  await page.getByRole('button', { name: 'Map options' }).click()
  await page.getByRole('menuitemradio', { name: 'Type' }).click()
  await page.waitForURL(/group=kind/)
  await page.getByRole('button', { name: /^Stablecoins/ }).click()
  await page.waitForURL(/zoom=stablecoin/)
  await counts(stablecoins.length)
  await page.getByRole('button', { name: 'Stablecoins' }).click()
  await counts(coins.length)
  await page.getByRole('button', { name: 'Map options' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Without stablecoins' }).click()
  await page.waitForURL(/without=bitcoin,stablecoins/)
  await counts(coins.length - stablecoins.length)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coin, CoinList } from '../../contract/coins.ts'
import { formatCompactUsd, formatPct, formatPrice } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage, readBeside } = stage

test('shows the values of the API', needsBrowser, async (t) => {
  const page = await openPage(t, '/market?per_page=100', { javaScriptEnabled: false })
  const [{ items }, rows] = await readBeside<CoinList, string[]>('/api/v1/coins?per_page=100', async () => {
    await page.reload()
    return page.locator('tbody tr').allInnerTexts()
  })
  assert.equal(rows.length, items.length)
  const toTexts = (coin: Coin) => [
    String(coin.market_cap_rank),
    coin.name,
    formatPrice(coin.price_usd),
    formatPct(coin.price_change_1h_pct),
    formatPct(coin.price_change_24h_pct),
    formatPct(coin.price_change_7d_pct),
    formatCompactUsd(coin.market_cap),
    formatCompactUsd(coin.total_volume),
  ]
  for (const [index, coin] of items.entries())
    for (const text of toTexts(coin)) assert.ok(rows[index]?.includes(text), `${coin.name}: ${text} in ${rows[index]}`)
})

test('shows logos, all from this origin', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(stage.url)) foreign.push(request.url())
  })
  for (const path of ['/market', '/coins/bitcoin', '/']) {
    await page.goto(stage.url + path)
    await becomesLive(page)
    await page.waitForLoadState('networkidle')
    const images = await page.evaluate<[string, boolean][]>(
      `[...document.querySelectorAll('main img')].slice(0, 5).map((one) => [one.src, one.complete && one.naturalWidth > 0])`,
    )
    assert.ok(images.length > 0, path)
    for (const [url, isLoaded] of images) {
      assert.match(url.replace(stage.url, ''), /^\/api\/v1\/coins\/[\w-]+\/logo\?v=[\w-]{12}$/)
      assert.ok(isLoaded, url)
    }
  }
  assert.deepEqual(foreign, [])
})

test('fits 18 rows, and keeps the head when scrolling', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await becomesLive(page)
  const inView = () =>
    page.evaluate<number>(
      `[...document.querySelectorAll('tbody tr')].filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length`,
    )
  assert.ok((await inView()) >= 18, String(await inView()))
  await page.evaluate('scrollTo(0, 900)')
  const [bar, head] = await Promise.all(
    [page.locator('header').first(), page.locator('thead').first()].map((part) => part.boundingBox()),
  )
  assert.equal(head?.y, bar?.height)
})

test('keeps a hidden column out of the first paint and the export', needsBrowser, async (t) => {
  const page = await openPage(t, '/market?kind=stablecoin')
  await becomesLive(page)
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Market cap', exact: true }).click()
  await page.keyboard.press('Escape')
  assert.equal(await page.getByRole('columnheader', { name: 'Market cap' }).count(), 0)
  await page.reload()
  await becomesLive(page)
  assert.equal(await page.getByRole('columnheader', { name: 'Market cap' }).count(), 0)
  const { items } = await getJson<CoinList>('/api/v1/coins?kind=stablecoin&per_page=100')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as CSV' }).click(),
  ])
  const [head, ...lines] = (await readDownload(file)).toString().trim().split('\r\n')
  assert.equal(
    head,
    'market_cap_rank,coingecko_id,symbol,name,price_usd,price_change_1h_pct,price_change_24h_pct,price_change_7d_pct,total_volume,low_24h,high_24h,last_updated',
  )
  assert.deepEqual(
    lines.map((line) => line.split(',')[1]),
    items.map(({ coingecko_id }) => coingecko_id),
  )
  for (const [index, line] of lines.entries()) assert.equal(Number(line.split(',')[4]), items[index]?.price_usd)
})

test('undoes a sort by going back', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await becomesLive(page)
  const isSorted = async (name: string) =>
    (await page.getByRole('columnheader', { name }).getAttribute('aria-sort')) === 'descending'
  const sortBy = (name: string) => page.getByRole('columnheader', { name }).getByRole('button').click()
  await sortBy('Market cap')
  await waitFor(() => isSorted('Market cap'), 'the first order')
  for (let time = 0; time < 3; time += 1) {
    await sortBy('Price')
    await page.waitForURL(/sort_by=price_usd/)
    await page.goBack()
    await waitFor(() => isSorted('Market cap'), 'the order before')
  }
})

test('reaches the last column on a phone, with name and head pinned', needsBrowser, async (t) => {
  const page = await openPage(t, '/market', { viewport: { width: 390, height: 844 } })
  await becomesLive(page)
  const head = page.getByRole('columnheader', { name: '24h range' })
  const name = page.locator('tbody tr').first().locator('td').nth(2)
  const before = await name.boundingBox()
  assert.ok(((await head.boundingBox())?.x ?? 0) > 390)
  await page.evaluate("document.querySelector('tbody').scrollTo({ left: 9999 })")
  await waitFor(async () => {
    const box = await head.boundingBox()
    return box !== null && box.x > 0 && box.x + box.width <= 390
  }, 'the last column')
  const after = await name.boundingBox()
  assert.ok(before !== null && after !== null && after.x >= 0 && after.x <= before.x, JSON.stringify(after))
  await page.evaluate('scrollTo(0, 600)')
  const [bar, top] = await Promise.all(['header', 'thead'].map((part) => page.locator(part).first().boundingBox()))
  assert.equal(top?.y, bar?.height)
})

test('filters and views are in the URL', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await becomesLive(page)
  await page.getByRole('button', { name: 'Filters' }).click()
  await page.getByLabel('Market cap, $: minimum').fill('10b')
  await page.keyboard.press('Enter')
  await page.waitForURL(/market_cap_min=10000000000/)
  const { total } = await getJson<CoinList>('/api/v1/coins?market_cap_min=10000000000')
  await waitFor(async () => (await page.locator('tbody tr').count()) === total, 'the largest coins')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Near all-time high' }).click()
  await page.waitForURL(/sort_by=ath_change_pct/)
  assert.ok(!page.url().includes('market_cap_min'))
  await page.reload()
  await page.getByRole('columnheader', { name: 'From ATH' }).waitFor()
  const { items } = await getJson<CoinList>('/api/v1/coins?kind=coin&sort_by=ath_change_pct&sort_dir=desc&per_page=1')
  assert.match(await page.locator('tbody tr').first().innerText(), new RegExp(items[0]?.name ?? '?'))
})

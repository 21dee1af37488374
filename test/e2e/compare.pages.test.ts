import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Comparison } from '../../contract/compare.ts'
import {
  formatCorrelation,
  formatFixed,
  formatFraction,
  formatRatio,
  formatSignedFraction,
} from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { button, needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage

const drawn = (page: Page) => page.locator('[data-testid=compare-chart][data-state=ready]').waitFor()
const legend = (page: Page) => page.getByTestId('compare-legend').innerText()
const readTable = async (page: Page, name: string): Promise<string[][]> =>
  (await page.getByTestId(name).locator('tbody tr').all()).reduce<Promise<string[][]>>(
    async (rows, row) => [...(await rows), await row.locator('td').allInnerTexts()],
    Promise.resolve([]),
  )
const chips = (page: Page) => page.getByRole('list', { name: 'Compared coins' }).getByRole('listitem').allInnerTexts()

test('chart, figures and correlations are those of the API, in the HTML too', needsBrowser, async (t) => {
  const path = 'coins=bitcoin,ethereum,solana&range=3m'
  const { coins, correlation, dates, days } = await getJson<Comparison>(`/api/v1/analytics/compare?${path}`)
  const html = await (await fetch(`${stage.url}/compare?${path}`)).text()
  assert.match(html, /data-testid="figures".*data-testid="correlation"/s)
  const page = await openPage(t, `/compare?${path}`)
  await drawn(page)
  assert.deepEqual(
    await readTable(page, 'figures'),
    coins.map((coin) => {
      const change = formatSignedFraction(coin.period_return, 1)
      return [
        `${change.startsWith('+') ? '▲' : '▼'}${change}`,
        formatSignedFraction(coin.cagr, 1),
        formatFraction(coin.volatility_annualized, 1),
        formatRatio(coin.sharpe_ratio),
        formatRatio(coin.sortino_ratio),
        formatSignedFraction(-(coin.max_drawdown ?? 0), 1),
      ]
    }),
  )
  assert.deepEqual(
    await readTable(page, 'correlation'),
    correlation.map((row, at) => row.map((value, column) => (at === column ? '1' : formatCorrelation(value ?? 0)))),
  )
  assert.match(await page.getByTestId('basis').innerText(), new RegExp(`^${days} common days, `))
  const slider = page.getByRole('slider')
  await slider.focus()
  await page.keyboard.press('Home')
  await waitFor(async () => /BTC\s*100\.0\s*ETH\s*100\.0\s*SOL\s*100\.0/.test(await legend(page)), 'the first day')
  await page.keyboard.press('ArrowRight')
  const second = coins.map(({ prices }) => formatFixed((100 * (prices[1] ?? 0)) / (prices[0] ?? 1), 1))
  await waitFor(async () => {
    const text = await slider.getAttribute('aria-valuetext')
    return second.every((value) => text?.includes(value))
  }, 'the second day')
  const saved = page.waitForEvent('download')
  await button(page, 'Download').click()
  await page.getByRole('menuitem', { name: 'Data (CSV)' }).click()
  const lines = (await readDownload(await saved)).toString().trim().split('\r\n')
  assert.equal(lines[0], 'date,bitcoin_base_100,ethereum_base_100,solana_base_100')
  assert.deepEqual([lines.length, lines.at(-1)], [dates.length + 1, `${dates[0]},100,100,100`])
})

test('coins, range, figure and axis are in the URL, and the link shows the same to others', needsBrowser, async (t) => {
  const context = await stage.openContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  t.after(() => context.close())
  const page = await openPage(t, '/compare', { context })
  await drawn(page)
  await page.getByRole('combobox', { name: 'Add a coin' }).fill('solan')
  await page.keyboard.press('Enter')
  await page.waitForURL(/coins=bitcoin,ethereum,solana/)
  await button(page, 'Remove Ethereum').click()
  await page.waitForURL(/coins=bitcoin,solana/)
  await page.getByRole('radio', { name: '6M' }).click()
  await page.getByRole('radio', { name: 'Price' }).click()
  await page.getByRole('radio', { name: 'Log' }).click()
  await page.waitForURL(/range=6m&figure=price&scale=log/)
  await waitFor(async () => (await page.getByTestId('basis').innerText()).startsWith('180 common days'), '180 days')
  const seen = await legend(page)
  assert.match(seen, /BTC\s*\$[\d,.]+\s*SOL\s*\$[\d,.]+/)
  await button(page, 'Copy link').click()
  await page.getByText('Link copied.').waitFor()
  const link = await page.evaluate<string>('navigator.clipboard.readText()')
  const other = await openPage(t, link.replace(stage.url, ''), { context })
  await drawn(other)
  assert.equal(await legend(other), seen)
  assert.deepEqual(await chips(other), ['Bitcoin', 'Solana'])
  await other.getByLabel('Currency of the comparison').selectOption('BTC')
  await waitFor(async () => /BTC\s*₿1\.0+\s*SOL\s*₿0\./.test(await legend(other)), 'prices in bitcoin')
  await page.goBack()
  await page.waitForURL(/figure=price$/)
})

test('says what is wrong with a link, and what to do', needsBrowser, async (t) => {
  const page = await openPage(t, '/compare?coins=bitcoin,nobody', { expected: /404 \(Not Found\)/ })
  const problem = page.getByRole('main').getByRole('alert')
  await problem.getByText('Coin with id nobody not found. Remove it above').waitFor()
  await button(page, 'Remove nobody').click()
  await drawn(page)
  assert.deepEqual(await chips(page), ['Bitcoin'])
  await page.goto(`${stage.url}/compare?coins=${Array.from({ length: 12 }, (_, at) => at + 1)}`)
  await problem.getByText('The link has 12 coins. Up to 10 can be compared: remove 2 above.').waitFor()
  assert.equal(await page.getByRole('combobox', { name: 'Add a coin' }).isDisabled(), true)
  await page.goto(`${stage.url}/compare?coins=`)
  await problem.getByText('Add up to 10 coins').waitFor()
})

test('opens from rows of the market, from a coin, and by shortcut', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await page.getByTestId('live-indicator').waitFor()
  await button(page, 'Select coins to compare').click()
  for (const name of ['Ethereum', 'Solana']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  await page.getByRole('link', { name: 'Compare 2 coins' }).click()
  await page.waitForURL(/\/compare\?coins=ethereum,solana$/)
  assert.deepEqual(await chips(page), ['Ethereum', 'Solana'])
  await page.goto(`${stage.url}/coins/solana`)
  await page.getByRole('main').getByRole('link', { name: 'Compare', exact: true }).click()
  await page.waitForURL(/\/compare\?coins=solana,bitcoin$/)
  await drawn(page)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.waitForURL(/\/compare$/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinAnalytics } from '../../contract/analytics.ts'
import type { CoinOhlcv } from '../../contract/charts.ts'
import type { CoinDetail, CoinList } from '../../contract/coins.ts'
import {
  formatCompactUsd,
  formatFixed,
  formatFraction,
  formatPct,
  formatPrice,
  formatRatio,
  formatSignedFraction,
} from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { numbers } from './price-chart.ts'
import { needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage
const coin = '/api/v1/coins/bitcoin'

test('renders the values of the API without JavaScript', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin', { javaScriptEnabled: false })
  const [detail, analytics] = [await getJson<CoinDetail>(coin), await getJson<CoinAnalytics>(`${coin}/analytics`)]
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Bitcoin')
  assert.equal(await page.getByTestId('price').innerText(), formatPrice(detail.price_usd))
  assert.match(await page.title(), /^\$\d[\d,.]+ · Bitcoin \(BTC\) · CryptoFlow$/)
  const facts = await page.getByTestId('facts').innerText()
  for (const text of [
    formatCompactUsd(detail.market_cap),
    formatCompactUsd(detail.total_volume),
    formatCompactUsd(detail.fully_diluted_valuation),
    formatPrice(detail.ath),
    formatPct(detail.ath_change_pct),
    formatPrice(detail.atl),
    formatPct(detail.atl_change_pct),
    formatPct(detail.price_change_7d_pct),
  ])
    assert.ok(facts.includes(text), text)
  const risk = (await page.getByTestId('risk').locator('tbody tr').allInnerTexts()).map((row) =>
    row.split('\t').map((cell) => cell.replace(/\s*no data\s*/, '')),
  )
  const row = (label: string) => risk.find(([head]) => head === label)?.slice(1)
  const across = (text: (of: CoinAnalytics['periods'][number]) => string) => analytics.periods.map(text)
  assert.deepEqual(
    analytics.periods.map(({ period_days }) => period_days),
    [7, 30, 90, 180, 365],
  )
  assert.deepEqual(
    row('Annualized volatility'),
    across((of) => formatFraction(of.volatility_annualized, 1)),
  )
  assert.deepEqual(
    row('Max drawdown'),
    across((of) => formatSignedFraction(-Number(of.max_drawdown), 1)),
  )
  assert.deepEqual(
    row('Sharpe ratio'),
    across((of) => formatRatio(of.sharpe_ratio)),
  )
  assert.deepEqual(
    row('Return'),
    across((of) => formatSignedFraction(of.period_return, 1)),
  )
  assert.deepEqual(
    await page
      .getByTestId('risk')
      .getByTitle(/^Needs at least 30 daily returns; this period has (6|29)$/)
      .count(),
    6,
    'three annualized figures of a week, and of a month',
  )
  for (const { name } of [...analytics.most_correlated, ...analytics.least_correlated])
    assert.equal(await page.getByRole('link', { name }).count(), 1, name)
})

test('loads the closed days of the chart’s range once the history is in view', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?period=7')
  const { candles } = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=7`)
  const history = page.getByTestId('history')
  const table = history.getByRole('region', { name: 'Daily history of Bitcoin' })
  assert.equal(await table.count(), 0)
  await history.scrollIntoViewIfNeeded()
  await table.waitFor()
  await waitFor(async () => (await table.locator('tbody tr').count()) === candles.length, 'every day')
  const [first] = await table.locator('tbody tr').allInnerTexts()
  const [newest, before] = [candles.at(-1), candles.at(-2)]
  assert.ok(first && newest && before)
  assert.deepEqual(
    numbers(first).slice(0, 4),
    numbers([newest.open, newest.high, newest.low, newest.close].map((price) => formatFixed(price, 2)).join(' ')),
  )
  assert.ok(first.includes(formatSignedFraction(newest.close / before.close - 1)), first)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    history.getByRole('button', { name: 'Download history (CSV)' }).click(),
  ])
  const rows = (await readDownload(file)).toString().split('\r\n')
  assert.equal(rows[1]?.split(',')[4], String(newest.close))
  const month = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=30`)
  assert.ok(month.candles.length > candles.length)
  await page.getByRole('radio', { name: '1M' }).click()
  await waitFor(async () => (await table.locator('tbody tr').count()) === month.candles.length, 'every day of 30')
})

test('links names to coins, and coins to the next and previous rank', needsBrowser, async (t) => {
  const { items } = await getJson<CoinList>('/api/v1/coins?per_page=3')
  const page = await openPage(t, '/market')
  await page.locator('tbody a').first().click()
  await page.waitForURL(`**/coins/${items[0]?.coingecko_id}`)
  await page.getByRole('link', { name: `Next by rank: ${items[1]?.name}` }).click()
  await page.waitForURL(`**/coins/${items[1]?.coingecko_id}`)
  await page.getByRole('heading', { level: 1, name: items[1]?.name ?? '' }).waitFor()
  assert.equal(await page.getByRole('link', { name: `Previous by rank: ${items[0]?.name}` }).count(), 1)
  assert.equal(await page.getByRole('link', { name: `Next by rank: ${items[2]?.name}` }).count(), 1)
  await page.goto(`${stage.url}/`)
  await page.locator('[data-treemap] > a:visible').first().click()
  await page.waitForURL('**/coins/*')
  await page.goto(`${stage.url}/coins/${items[2]?.id}`)
  await page.getByRole('heading', { level: 1, name: items[2]?.name ?? '' }).waitFor()
})

test('includes the live price in the 24h range', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  const holds = `(() => {
    const toNumber = (text) => Number(text.replace(/[^0-9.]/g, ''))
    const [, low, high] = document.querySelector('header [title^="Low "]').title.match(/^Low (.*), high (.*)$/)
    const price = toNumber(document.querySelector('[data-testid=price]').innerText)
    return toNumber(low) <= price && price <= toNumber(high)
  })()`
  const first = await page.getByTestId('price').innerText()
  await waitFor(async () => (await page.getByTestId('price').innerText()) !== first, 'another price')
  assert.equal(await page.evaluate(holds), true)
})

test('redirects an id in capitals to the coin', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/Bitcoin')
  assert.equal(page.url(), `${stage.url}/coins/bitcoin`)
})

test('responds with 404 for an unknown coin', needsBrowser, async () => {
  for (const path of ['/coins/no-such-coin', '/coins/999999999', '/coins/%3Cscript%3E', '/coins/%2e%2e%2f%00']) {
    const answer = await fetch(stage.url + path)
    assert.equal(answer.status, 404, path)
    assert.match(await answer.text(), /Coin not found/, path)
  }
})

test('draws sparklines in the market table', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await waitFor(async () => (await page.locator('tbody svg[role=img]').count()) >= 25, 'lines')
})

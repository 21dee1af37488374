import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { CoinAnalytics } from '../../contract/analytics.ts'
import type { CoinHistory, CoinOhlcv } from '../../contract/charts.ts'
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
import { needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage
const coin = '/api/v1/coins/bitcoin'

const numbers = (text: string): number[] =>
  (text.match(/[\d,]+\.\d+/g) ?? []).map((each) => Number(each.replaceAll(',', '')))

const chart = (page: Page) => page.getByTestId('price-chart')
const drawn = (page: Page) =>
  waitFor(async () => (await chart(page).getAttribute('data-state')) === 'ready', 'a drawn chart')

/** The rows of the chart's table, newest first. */
async function readRows(page: Page): Promise<string[][]> {
  const rows = page.getByTestId('chart-data').first().locator('tbody tr')
  return (await rows.allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim()))
}

test('the page is whole without JavaScript, and its figures are those of the API', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin', { javaScriptEnabled: false })
  const [detail, analytics] = [await getJson<CoinDetail>(coin), await getJson<CoinAnalytics>(`${coin}/analytics`)]
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Bitcoin')
  assert.equal(await page.getByTestId('price').innerText(), formatPrice(detail.price_usd))
  assert.match(await page.title(), /^Bitcoin \(BTC\)/)
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

test('the history has the closed days of the API, newest first, once a reader comes near', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?period=7')
  const { candles } = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=90`)
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
})

test('the candles are those of the API, day by day, and today is open', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  const { candles } = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=90`)
  await drawn(page)
  assert.equal(await chart(page).getAttribute('data-kind'), 'candle')
  assert.equal(Number(await chart(page).getAttribute('data-bars')), candles.length + 1)
  await page.getByRole('button', { name: 'Show data' }).first().click()
  await waitFor(async () => (await readRows(page)).length === candles.length + 1, 'every candle')
  const rows = await readRows(page)
  assert.equal(rows[0]?.at(-1), 'In progress')
  assert.equal(rows.filter((cells) => cells.at(-1) === 'In progress').length, 1)
  const shown = rows.slice(1).map((cells) => numbers(cells.slice(1, 5).join(' ')))
  const known = candles.map(({ open, high, low, close }) =>
    [open, high, low, close].map((price) => numbers(formatFixed(price, 2))[0]),
  )
  assert.deepEqual(shown, known.reverse())
  const { prices } = await getJson<CoinHistory>(`${coin}/history?days=2`)
  const today = prices.filter(({ timestamp }) => timestamp.slice(0, 10) === new Date().toISOString().slice(0, 10))
  const [open, high, low] = numbers(rows[0]?.slice(1, 5).join(' ') ?? '')
  assert.equal(open, numbers(formatFixed(today[0]?.price_usd ?? 0, 2))[0])
  for (const { price_usd } of today) assert.ok(price_usd <= Number(high) + 0.01 && price_usd >= Number(low) - 0.01)
})

test('the open candle moves with the price, and closes at it', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  await drawn(page)
  const first = await page.getByTestId('read-out').innerText()
  await waitFor(async () => (await page.getByTestId('read-out').innerText()) !== first, 'another close')
  await page.getByRole('button', { name: 'Show data' }).first().click()
  const isAtPrice = async () => {
    const [close, price] = await page.evaluate<[string, string]>(`[
      document.querySelector('[data-testid=chart-data] tbody tr')?.cells[4].innerText ?? '',
      document.querySelector('[data-testid=price]').innerText]`)
    return `$${close}` === price
  }
  await waitFor(isAtPrice, 'a candle that closes at the price')
  const [open, high, low, close] = numbers((await readRows(page))[0]?.slice(1, 5).join(' ') ?? '').map(Number)
  assert.ok(
    Math.max(Number(open), Number(close)) <= Number(high) && Math.min(Number(open), Number(close)) >= Number(low),
  )
  await page.goto(`${stage.url}/coins/bitcoin?period=1&chart=candle`)
  await drawn(page)
  await waitFor(
    async () => (await page.getByTestId('read-out').innerText()).includes('still open'),
    'a candle of 5 minutes',
  )
})

test('period and kind are in the URL, change the data, and survive reload and back', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/ethereum')
  await drawn(page)
  const bars = async () => Number(await chart(page).getAttribute('data-bars'))
  const countDays = async (days: number) =>
    (await getJson<CoinOhlcv>(`/api/v1/coins/ethereum/ohlcv?days=${days}`)).candles.length + 1
  const [first, thirty] = [await countDays(90), await countDays(30)]
  await page.getByRole('radio', { name: '30d' }).first().click()
  await page.waitForURL(/period=30/)
  await waitFor(async () => (await bars()) === thirty, 'the candles of 30 days')
  await page.getByRole('radio', { name: 'Line' }).click()
  await page.waitForURL(/chart=line/)
  await waitFor(async () => (await chart(page).getAttribute('data-kind')) === 'line', 'a line')
  const { prices } = await getJson<CoinHistory>('/api/v1/coins/ethereum/history?days=30')
  await waitFor(async () => Math.abs((await bars()) - prices.length) <= 2, 'every price of the API')
  await page.reload()
  await drawn(page)
  assert.equal(await chart(page).getAttribute('data-kind'), 'line')
  await page.goBack()
  await waitFor(async () => (await chart(page).getAttribute('data-kind')) === 'candle', 'candles again')
  await page.goBack()
  await waitFor(async () => (await bars()) === first, 'the first period again', 30_000)
  await page.goto(`${stage.url}/coins/ethereum?period=9999&chart=pie&correlation=x`)
  await waitFor(async () => (await bars()) === first, 'nonsense is put right')
})

test('the chart is read and zoomed by keyboard alone', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?period=30')
  await drawn(page)
  const { candles } = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=30`)
  const slider = page.getByRole('slider')
  const readOut = () => page.getByTestId('read-out').innerText()
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  const yesterday = candles.at(-1)
  const close = numbers(formatFixed(yesterday?.close ?? 0, 2))[0]
  await waitFor(async () => numbers(await readOut())[3] === close, "yesterday's candle")
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /open \$[\d,.]+, high .*, close .*, volume \$/)
  await page.keyboard.press('Home')
  await waitFor(
    async () => numbers(await readOut())[3] === numbers(formatFixed(candles[0]?.close ?? 0, 2))[0],
    'the first candle',
  )
  for (const key of ['+', '+', '-', 'Escape']) await page.keyboard.press(key)
  await waitFor(async () => (await readOut()).includes('still open'), 'the last candle again')
  await page.getByRole('radio', { name: '30d' }).first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.search.includes('period=30'))
  await page.getByRole('button', { name: 'Methodology: Price' }).press('Enter')
  await page.getByText('Gaps are not filled').waitFor()
})

test('the data come as CSV to the last digit, the chart as a picture', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/shiba-inu')
  await drawn(page)
  const save = async (what: string) => {
    await page.getByRole('button', { name: 'Download' }).first().click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: what }).click(),
    ])
    return { name: file.suggestedFilename(), bytes: await readDownload(file) }
  }
  const csv = await save('Data')
  assert.equal(csv.name, 'shiba-inu-90d-candle.csv')
  const lines = csv.bytes.toString().trim().split('\r\n')
  assert.equal(lines[0], 'date,open_usd,high_usd,low_usd,close_usd,volume_usd,samples,state')
  const { candles } = await getJson<CoinOhlcv>('/api/v1/coins/shiba-inu/ohlcv?days=90')
  const known = candles.map((each) =>
    [each.date, each.open, each.high, each.low, each.close, each.volume, each.samples, 'closed'].join(','),
  )
  assert.deepEqual(lines.slice(2), known.reverse())
  const png = await save('Picture')
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
  assert.ok(png.bytes.readUInt32BE(16) > 600 && png.bytes.length > 5000)
})

test('theme and palette change the drawn chart at once', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  await drawn(page)
  const colors = () =>
    page.evaluate<string[]>(`(() => {
      const canvas = document.querySelector('[data-testid=price-chart] canvas')
      const copy = document.createElement('canvas')
      Object.assign(copy, { width: canvas.width, height: canvas.height })
      const context = copy.getContext('2d', { willReadFrequently: true })
      context.drawImage(canvas, 0, 0)
      const { data } = context.getImageData(0, 0, copy.width, copy.height)
      const seen = new Set()
      for (let at = 0; at < data.length; at += 4) seen.add('#' + [0, 1, 2].map((n) => data[at + n].toString(16).padStart(2, '0')).join(''))
      return [...seen]
    })()`)
  const shows = (...wanted: string[]) =>
    waitFor(async () => {
      const seen = await colors()
      return wanted.every((color) => seen.includes(color))
    }, wanted.join())
  await shows('#12151c', '#2fbf87', '#ff6b7a')
  await page.getByRole('button', { name: 'Theme and colors' }).click()
  await page.getByRole('menuitemradio', { name: 'Light', exact: true }).click()
  await shows('#ffffff', '#087a50', '#c4283d')
  await page.getByRole('button', { name: 'Theme and colors' }).click()
  await page.getByRole('menuitemradio', { name: /Color-blind/ }).click()
  await shows('#ffffff', '#1560bd', '#a34f00')
})

test('names lead to coins, and coins to their neighbours by rank', needsBrowser, async (t) => {
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

test('what the keys point at is in view, and the keys of the browser stay its own', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  await drawn(page)
  const readOut = page.getByTestId('read-out')
  await page.getByRole('slider').focus()
  for (const _ of [1, 2, 3]) await page.keyboard.press('+')
  await page.keyboard.press('Home')
  const first = await readOut.innerText()
  const box = await chart(page).boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + 3, box.y + 100)
  assert.equal((await readOut.innerText()).slice(0, 11), first.slice(0, 11))
  await page.getByRole('slider').press('End')
  await page.getByRole('slider').press('ArrowLeft')
  const before = await readOut.innerText()
  await page.keyboard.press('-')
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
  )
  assert.equal((await readOut.innerText()).slice(0, 11), before.slice(0, 11))
  const isTaken = `(() => {
    const key = new KeyboardEvent('keydown', { key: '+', ctrlKey: true, bubbles: true, cancelable: true })
    return !document.querySelector('input[type=range]').dispatchEvent(key)
  })()`
  assert.equal(await page.evaluate(isTaken), false)
})

test('a range of 24 h holds the live price', needsBrowser, async (t) => {
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

test('an address in capitals leads to the coin', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/Bitcoin')
  assert.equal(page.url(), `${stage.url}/coins/bitcoin`)
})

test('an unknown coin is not found, and says what to do', needsBrowser, async () => {
  for (const path of ['/coins/no-such-coin', '/coins/999999999', '/coins/%3Cscript%3E', '/coins/%2e%2e%2f%00']) {
    const answer = await fetch(stage.url + path)
    assert.equal(answer.status, 404, path)
    assert.match(await answer.text(), /Coin not found/, path)
  }
})

test('the market table draws the last 7 days of each coin', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await waitFor(async () => (await page.locator('tbody svg[role=img]').count()) >= 25, 'lines')
})

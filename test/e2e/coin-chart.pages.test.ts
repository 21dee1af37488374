import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinHistory, CoinOhlcv } from '../../contract/charts.ts'
import { dayMs } from '../../contract/time.ts'
import { formatFixed } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { chart, drawn, numbers, readRows } from './price-chart.ts'
import { needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage
const coin = '/api/v1/coins/bitcoin'

test('shows the candles of the API, and the one in progress', needsBrowser, async (t) => {
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

test('updates the candle in progress with the price', needsBrowser, async (t) => {
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
  await page.goto(`${stage.url}/coins/bitcoin?period=1&chart=candle&interval=1m`)
  await drawn(page)
  await waitFor(
    async () => (await page.getByTestId('read-out').innerText()).includes('in progress'),
    'a candle of a minute',
  )
})

test('keeps range, interval and chart type in the URL across reload and back', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/ethereum')
  await drawn(page)
  const bars = async () => Number(await chart(page).getAttribute('data-bars'))
  const countDays = async (days: number) =>
    (await getJson<CoinOhlcv>(`/api/v1/coins/ethereum/ohlcv?days=${days}`)).candles.length + 1
  const [first, half] = [await countDays(90), await countDays(180)]
  await page.getByRole('radio', { name: '6M' }).click()
  await page.waitForURL(/period=180/)
  await waitFor(async () => (await bars()) === half, 'the candles of 180 days')
  await page.getByLabel('Chart type').selectOption('Line')
  await page.waitForURL(/chart=line/)
  await waitFor(async () => (await chart(page).getAttribute('data-kind')) === 'line', 'a line')
  await page.getByLabel('Interval', { exact: true }).selectOption('1w')
  await page.waitForURL(/interval=1w/)
  const from = new Date(Date.now() - 180 * dayMs).toISOString()
  const { candles, in_progress } = await getJson<CoinOhlcv>(`/api/v1/coins/ethereum/ohlcv?interval=1w&from=${from}`)
  const weeks = candles.length + in_progress.length
  await waitFor(async () => Math.abs((await bars()) - weeks) <= 1, 'weeks')
  await page.reload()
  await drawn(page)
  assert.equal(await chart(page).getAttribute('data-kind'), 'line')
  for (const _ of [1, 2]) await page.goBack()
  await waitFor(async () => (await chart(page).getAttribute('data-kind')) === 'candle', 'candles again')
  await page.goBack()
  await waitFor(async () => (await bars()) === first, 'the first period again', 30_000)
  await page.goto(`${stage.url}/coins/ethereum?period=9999&chart=pie&correlation=x&interval=2m&ind=zigzag&from=soon`)
  await waitFor(async () => (await bars()) === first, 'nonsense is put right')
})

test('offers a coarser interval where the chosen one has no data', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?from=2026-09-01&to=2026-09-02&interval=1m')
  const offer = page.getByRole('button', { name: /^Show .* candles$/ })
  await offer.waitFor()
  await page.getByText('No 1-minute candles in this range').waitFor()
  await offer.click()
  await page.waitForURL(/interval=5m/)
})

test('indicators follow the live price, and their values stand beside it', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?interval=1h&period=7')
  await drawn(page)
  await page.getByRole('button', { name: 'Indicators' }).click()
  await page.getByRole('button', { name: /^SMA/ }).click()
  await page.getByLabel('Period', { exact: true }).last().fill('2')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.waitForURL(/ind=sma-2$/)
  const values = page.getByTestId('indicator-values')
  await page.goto(`${stage.url}/coins/bitcoin?interval=1d&ind=sma-2,rsi-14`)
  await drawn(page)
  const { candles } = await getJson<CoinOhlcv>(`${coin}/ohlcv?days=30`)
  await waitFor(async () => {
    const text = await page.getByTestId('read-out').innerText()
    const [mean] = numbers(await values.innerText())
    return Math.abs(Number(mean) - (Number(candles.at(-1)?.close) + Number(numbers(text)[3])) / 2) < 0.02
  }, 'the mean of the last two closes')
  const first = await values.innerText()
  await waitFor(async () => (await values.innerText()) !== first, 'the next value')
  assert.match(first, /SMA 2.*RSI 14 *[\d.]+/s)
  await page.goto(`${stage.url}/coins/bitcoin?vs=ethereum&scale=linear`)
  await page.getByTestId('indicator-values').getByText('Ethereum').waitFor()
  assert.equal(await page.getByLabel('Price axis').inputValue(), 'percent')
})

test('drawings are kept per coin on this device, and removed by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  await drawn(page)
  const toPoint = async (x: number, y: number): Promise<[number, number]> => {
    const box = await chart(page).boundingBox()
    assert.ok(box)
    return [box.x + box.width * x, box.y + box.height * y]
  }
  await page.getByRole('button', { name: 'Draw', exact: true }).click()
  const status = page.getByRole('toolbar', { name: 'Drawing tools' }).getByRole('status')
  await page.getByRole('button', { name: 'Trend line' }).click()
  await waitFor(async () => (await status.innerText()).startsWith('Trend line:'), 'the tool')
  await page.mouse.move(...(await toPoint(0.2, 0.2)))
  await page.mouse.down()
  await page.mouse.move(...(await toPoint(0.5, 0.4)), { steps: 3 })
  await page.mouse.up()
  await waitFor(async () => (await status.innerText()).startsWith('1 drawing,'), 'a trend line')
  await page.getByRole('button', { name: 'Horizontal line' }).click()
  await page.getByRole('slider').focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await waitFor(async () => (await status.innerText()).startsWith('2 drawings,'), 'a line by keyboard')
  await page.reload()
  await drawn(page)
  await page.getByRole('button', { name: 'Draw', exact: true }).click()
  await waitFor(async () => (await status.innerText()).startsWith('2 drawings,'), 'both after a reload')
  await page.mouse.click(...(await toPoint(0.35, 0.3)))
  await page.getByRole('slider').press('Delete')
  await waitFor(async () => (await status.innerText()).startsWith('1 drawing,'), 'the trend line is removed')
  await page.goto(`${stage.url}/coins/ethereum`)
  await drawn(page)
  await page.getByRole('button', { name: 'Draw', exact: true }).click()
  await waitFor(async () => (await status.innerText()).startsWith('0 drawings,'), 'none of another coin')
})

test('reads and zooms the chart by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin?period=30&interval=1d')
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
  await waitFor(async () => (await readOut()).includes('in progress'), 'the last candle again')
  await page.getByRole('radio', { name: '1M' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.search.includes('period=30'))
  await page.getByRole('button', { name: 'Methodology: Price' }).press('Enter')
  await page.getByText('Gaps are not filled').waitFor()
})

test('downloads the data as CSV with every digit, and the chart as PNG', needsBrowser, async (t) => {
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
  assert.equal(csv.name, 'shiba-inu-90-1d.csv')
  const lines = csv.bytes.toString().trim().split('\r\n')
  assert.equal(lines[0], 'date,open_usd,high_usd,low_usd,close_usd,volume_usd,samples,state')
  const { candles } = await getJson<CoinOhlcv>('/api/v1/coins/shiba-inu/ohlcv?days=90')
  const known = candles.map((each) =>
    [each.date, each.open, each.high, each.low, each.close, each.volume, each.samples, 'closed'].join(','),
  )
  assert.deepEqual(lines.slice(2), known.reverse())
  const png = await save('Image')
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
  assert.ok(png.bytes.readUInt32BE(16) > 600 && png.bytes.length > 5000)
})

test('redraws the chart when theme or palette change', needsBrowser, async (t) => {
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

test('keeps the bar at the cursor in view, and leaves browser shortcuts alone', needsBrowser, async (t) => {
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

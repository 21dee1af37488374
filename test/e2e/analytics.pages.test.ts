import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { CorrelationMatrix } from '../../contract/analytics.ts'
import { formatCompactUsd, formatFraction, formatRatio, formatSignedFraction } from '../../web/lib/format.ts'
import { describePair, getPair } from '../../web/pages/analytics/coin-pairs.ts'
import { waitFor } from '../wait.ts'
import { getMatrix, getRanking, readCells, readRows, stage, toCells } from './analytics-data.ts'
import { needsBrowser, readDownload } from './stage.ts'

const { openPage } = stage
const heatmap = (page: Page) => page.getByTestId('heatmap')
const scatter = (page: Page) => page.locator('[data-testid=scatter]:visible')

test('renders the values of the API without JavaScript', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics', { javaScriptEnabled: false })
  const [matrix, ranking] = [await getMatrix(), await getRanking()]
  assert.equal(matrix.ids.length, 15)
  assert.deepEqual(await readCells(page), toCells(matrix))
  assert.deepEqual(
    await page.evaluate<string[]>(
      `[...document.querySelectorAll('[data-testid=heatmap] tbody th a')].map(({ href }) => new URL(href).pathname)`,
    ),
    matrix.coingecko_ids.map((id) => `/coins/${id}`),
  )
  const byFall = ranking.filter(({ max_drawdown }) => max_drawdown !== null)
  byFall.sort((a, b) => Number(b.max_drawdown) - Number(a.max_drawdown))
  assert.deepEqual(
    (await readRows(page, 'drawdown')).map((row) => row.find((cell) => cell.endsWith('%'))).slice(0, byFall.length),
    byFall.map(({ max_drawdown }) => formatSignedFraction(-Number(max_drawdown), 1)),
  )
  assert.match((await readRows(page, 'drawdown'))[0]?.join() ?? '', /Severe/)
  const byRisk = ranking.filter(({ rank }) => rank !== null)
  assert.deepEqual(
    (await readRows(page, 'volatility'))
      .map((row) => [row[0], row.find((cell) => cell.endsWith('%'))])
      .slice(0, byRisk.length),
    byRisk.map(({ rank, volatility_annualized }) => [String(rank), formatFraction(volatility_annualized, 1)]),
  )
  const labels = await page.evaluate<string[]>(`[...document.querySelectorAll('[data-testid=scatter] a')]
    .filter((link) => link.offsetParent !== null).map(({ ariaLabel }) => ariaLabel)`)
  const plotted = ranking.filter(({ sharpe_ratio }) => sharpe_ratio !== null)
  assert.equal(labels.length, plotted.length)
  for (const coin of plotted) {
    const label = labels.find((each) => each.startsWith(`${coin.name}, ${coin.symbol.toUpperCase()}: `)) ?? ''
    for (const text of [
      `annualized volatility ${formatFraction(coin.volatility_annualized, 1)}`,
      `return ${formatSignedFraction(coin.period_return, 1)}`,
      `Sharpe ${formatRatio(coin.sharpe_ratio)}`,
      `market cap ${formatCompactUsd(coin.market_cap)}`,
    ])
      assert.ok(label.includes(text), `${label} lacks ${text}`)
  }
  assert.match(await page.getByTestId('basis').innerText(), /As of the close of \d+ \w+ \d{4}, UTC[\s\S]*daily returns/)
})

test('plots coins by risk and return, without overlapping labels', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const ranking = (await getRanking()).filter(({ sharpe_ratio }) => sharpe_ratio !== null)
  const dots = await page.evaluate<{ id: number; x: number; y: number; area: number }[]>(`(() =>
    [...document.querySelectorAll('[data-testid=scatter] a')]
      .filter((link) => link.offsetParent !== null && link.dataset.beyond === undefined).map((link) => {
        const { x, y, width, height } = link.getBoundingClientRect()
        return { id: Number(link.dataset.coin), x: x + width / 2, y: y + height / 2, area: width * height }
      }))()`)
  const shown = dots.flatMap((dot) => {
    const coin = ranking.find(({ coin_id }) => coin_id === dot.id)
    return coin === undefined ? [] : [{ ...dot, coin }]
  })
  assert.ok(shown.length > 15, `${shown.length} coins`)
  const [left, right] = [shown.reduce((a, b) => (a.x < b.x ? a : b)), shown.reduce((a, b) => (a.x > b.x ? a : b))]
  const low = Number(left.coin.volatility_annualized)
  const perPx = (Number(right.coin.volatility_annualized) - low) / (right.x - left.x)
  for (const { coin, x } of shown)
    assert.ok(Math.abs(low + (x - left.x) * perPx - Number(coin.volatility_annualized)) < 2 * perPx, coin.name)
  const byCap = shown.toSorted((a, b) => Number(a.coin.market_cap) - Number(b.coin.market_cap))
  for (const [index, { area }] of byCap.entries()) assert.ok(area >= (byCap[index - 1]?.area ?? 0) - 2)
  const overlaps = await page.evaluate<string[]>(`(() => {
    const labels = [...document.querySelectorAll('[data-testid=scatter] a > span:last-child')]
      .filter((label) => label.offsetParent !== null)
      .map((label) => ({ text: label.innerText, box: label.getBoundingClientRect() }))
    return labels.flatMap((a, index) => labels.slice(index + 1)
      .filter((b) => a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 1 && b.box.top < a.box.bottom - 1)
      .map((b) => a.text + ' ' + b.text))
  })()`)
  assert.deepEqual(overlaps, [])
})

test('keeps the filters in the URL across reload and back', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const isShown = async (matrix: CorrelationMatrix) =>
    JSON.stringify(await readCells(page)) === JSON.stringify(toCells(matrix))
  const first = await getMatrix()
  await page.getByRole('radio', { name: '30d' }).click()
  await page.waitForURL(/period=30/)
  const month = await getMatrix(30)
  await waitFor(() => isShown(month), 'correlations of 30 days')
  const top = (await getRanking(30))[0]
  await waitFor(
    async () => (await readRows(page, 'volatility'))[0]?.includes(formatFraction(top?.volatility ?? 0, 2)),
    'the most volatile of 30 days, by daily volatility',
  )
  await page.getByRole('switch', { name: 'Stablecoins' }).click()
  await page.waitForURL(/stablecoins=true/)
  const withStable = await getMatrix(30, 15, false)
  assert.ok(withStable.kinds.includes('stablecoin') && !month.kinds.includes('stablecoin'))
  await waitFor(() => isShown(withStable), 'stablecoins')
  await page.getByRole('switch', { name: 'Wrapped and staked' }).click()
  await page.waitForURL(/wrapped=true/)
  const withWrapped = await getMatrix(30, 15, false, true)
  const isWrapped = (kind: string) => kind === 'wrapped' || kind === 'staked'
  assert.ok(withWrapped.kinds.some(isWrapped) && !withStable.kinds.some(isWrapped))
  await waitFor(() => isShown(withWrapped), 'wrapped and staked coins')
  await page.goBack()
  await waitFor(() => isShown(withStable), 'none of them again')
  await page.getByRole('radio', { name: '25', exact: true }).click()
  await page.waitForURL(/coins=25/)
  const wide = await getMatrix(30, 25, false)
  await waitFor(() => isShown(wide), '25 coins')
  await page.reload()
  await waitFor(() => isShown(wide), '25 coins after a reload')
  await page.goBack()
  await waitFor(() => isShown(withStable), '15 coins again')
  await page.goBack()
  await waitFor(() => isShown(month), 'no stablecoins again')
  await page.goBack()
  await waitFor(() => isShown(first), '90 days again')
  await page.goto(`${stage.url}/analytics?period=31&coins=x&y=z&stablecoins=maybe`)
  await waitFor(() => isShown(first), 'nonsense is put right')
})

test('reads the heatmap by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const matrix = await getMatrix()
  const active = () =>
    page.evaluate<string>(`(() => {
      const id = document.querySelector('[data-testid=heatmap]').getAttribute('aria-activedescendant')
      return id === null ? '' : document.getElementById(id).ariaLabel
    })()`)
  const isAt = (row: number, column: number) =>
    waitFor(async () => (await active()) === describePair(matrix, getPair(matrix, row, column)), `${row}, ${column}`)
  await heatmap(page).focus()
  await isAt(1, 0)
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
  await isAt(3, 1)
  assert.equal(await page.getByTestId('heatmap-read-out').innerText(), describePair(matrix, getPair(matrix, 3, 1)))
  assert.equal(await page.locator(`[data-lit-row="${matrix.ids[3]}"]`).count(), 1)
  assert.equal(await page.locator(`[data-lit-column="${matrix.ids[1]}"]`).count(), 1)
  await page.keyboard.press('Control+End')
  await isAt(14, 14)
  await page.keyboard.press('ArrowRight')
  await isAt(14, 14)
  await page.keyboard.press('Home')
  await isAt(14, 0)
})

test('highlights a coin in all four charts', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const matrix = await getMatrix()
  const [id, name] = [matrix.ids[4], matrix.names[4] ?? '']
  const isLit = (wanted: boolean) =>
    waitFor(
      async () => {
        const found = await page.evaluate<number[]>(`[
        '[data-lit-row="${id}"]', '[data-testid=scatter] [data-lit]', '[data-testid=drawdown] [data-lit]', '[data-testid=volatility] [data-lit]'
      ].map((selector) => [...document.querySelectorAll(selector)].filter((mark) => mark.offsetParent !== null)
        .filter((mark) => [mark.dataset.coin, mark.dataset.litRow].includes('${id}')).length)`)
        return JSON.stringify(found) === JSON.stringify(wanted ? [1, 1, 1, 1] : [0, 0, 0, 0])
      },
      `${name} is ${wanted ? '' : 'not '}lit in all four`,
    )
  const mark = (chart: string) => page.locator(`[data-testid=${chart}]:visible [data-coin="${id}"]`)
  for (const chart of ['drawdown', 'volatility', 'scatter'] as const) {
    await mark(chart).hover()
    await isLit(true)
    const isInView = `(() => {
      const list = document.querySelector('[data-testid=drawdown]').parentElement.getBoundingClientRect()
      const row = document.querySelector('[data-testid=drawdown] [data-lit]').getBoundingClientRect()
      return row.top >= list.top - 1 && row.bottom <= list.bottom + 1
    })()`
    assert.equal(await page.evaluate(isInView), true, `in view in the list, from ${chart}`)
    await page.mouse.move(4, 500)
    await isLit(false)
    await mark(chart).focus()
    await isLit(true)
    await page.getByRole('switch').first().focus()
    await isLit(false)
  }
  await heatmap(page).locator('tbody th a').nth(4).hover()
  await isLit(true)
  await page.locator('[data-place="4-4"]').hover()
  await isLit(true)
})

test('moves between coins by arrow keys, and opens them', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const ranking = await getRanking()
  const plotted = ranking.filter(({ sharpe_ratio }) => sharpe_ratio !== null)
  const focused = () => page.evaluate<number>('Number(document.activeElement.dataset.coin)')
  await scatter(page).locator('a[tabindex="0"]').focus()
  await page.keyboard.press('End')
  await waitFor(async () => (await focused()) === plotted[0]?.coin_id, 'the most volatile')
  await page.keyboard.press('ArrowLeft')
  await waitFor(async () => (await focused()) === plotted[1]?.coin_id, 'the next volatile')
  await page.getByTestId('volatility').locator('a[tabindex="0"]').focus()
  for (const key of ['Home', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  await waitFor(async () => (await focused()) === ranking[2]?.coin_id, 'the third')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/coins/${ranking[2]?.coingecko_id}`)
  await page.goBack()
  await scatter(page).locator(`[data-coin="${plotted[0]?.coin_id}"]`).click()
  await page.waitForURL(`**/coins/${plotted[0]?.coingecko_id}`)
})

test('downloads data as CSV with every digit, and charts as PNG', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const save = async (place: number, what: string) => {
    await page.getByRole('button', { name: 'Download' }).nth(place).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: what }).click(),
    ])
    return { name: file.suggestedFilename(), bytes: await readDownload(file) }
  }
  const matrix = await getMatrix()
  const csv = await save(0, 'Data')
  assert.equal(csv.name, 'correlation-90d-15-coins.csv')
  const lines = csv.bytes.toString().trim().split('\r\n')
  assert.equal(lines[0], 'coin_a,coin_b,correlation,observations')
  assert.equal(lines.length, 1 + (15 * 14) / 2)
  assert.equal(lines[1], [matrix.names[0], matrix.names[1], matrix.matrix[1]?.[0], matrix.observations[1]?.[0]].join())
  for (const place of [0, 1, 2, 3]) {
    const png = await save(place, 'Image')
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
    assert.ok(png.bytes.readUInt32BE(16) > 400 && png.bytes.length > 8000, `${place}: ${png.bytes.length}`)
  }
})

test('shows an error in a failed panel only, and loads it on retry', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics', { expected: /Failed to load resource/ })
  await page.route('**/api/v1/analytics/correlation?*', (route) =>
    route.fulfill({ status: 503, json: { error: { message: 'Not now' } } }),
  )
  await page.getByRole('radio', { name: '7d' }).click()
  await page.getByRole('alert').filter({ hasText: 'Not now' }).waitFor()
  assert.ok((await readRows(page, 'volatility')).length > 0)
  await page.unroute('**/api/v1/analytics/correlation?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  const seven = await getMatrix(7)
  await waitFor(
    async () => JSON.stringify(await readCells(page)) === JSON.stringify(toCells(seven)),
    'correlations of 7 days',
  )
})

test('shows daily volatility over a week, and explains the missing Sharpe ratio', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics?period=7')
  const plotted = (await getRanking(7)).filter(({ volatility }) => volatility !== null)
  const [coin] = plotted
  assert.ok(coin)
  const label = `${coin.name}, ${coin.symbol.toUpperCase()}: daily volatility ${formatFraction(coin.volatility, 2)}, return ${formatSignedFraction(coin.period_return, 1)}, market cap`
  await waitFor(async () => (await scatter(page).getByLabel(label).count()) === 1, label)
  assert.equal(await scatter(page).locator('a').count(), plotted.length)
  assert.match(await page.getByTestId('basis').innerText(), /Annualized figures need 30 daily returns/)
  await page.getByRole('radio', { name: 'Sharpe' }).click()
  await page.getByText(/Needs at least 30 daily returns; this period has \d+\. Choose another period/).waitFor()
})

test('shows an empty state in every chart before the first analytics run', needsBrowser, async (t) => {
  const page = await openPage(t, '/analytics')
  const none = { coins: [], ids: [], coingecko_ids: [], names: [], kinds: [], matrix: [], observations: [] }
  await page.route('**/api/v1/analytics/correlation?*', (route) =>
    route.fulfill({ json: { ...none, period_days: 7, as_of: null, computed_at: null } }),
  )
  await page.route('**/api/v1/analytics/volatility?*', (route) => route.fulfill({ json: [] }))
  await page.getByRole('radio', { name: '7d' }).click()
  await waitFor(
    async () => (await page.getByText('This page updates automatically.').count()) === 5,
    'five charts without data',
  )
  assert.equal(await page.getByText('$0.00').count(), 0, 'a size of nothing')
  await page.unroute('**/api/v1/analytics/correlation?*')
  await page.unroute('**/api/v1/analytics/volatility?*')
  await waitFor(
    async () => (await page.getByText('This page updates automatically.').count()) === 0,
    'analytics, without a reload',
    20_000,
  )
})

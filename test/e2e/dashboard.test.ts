import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinList } from '../../contract/coins.ts'
import type { MarketHistory, MarketOverview } from '../../contract/market.ts'
import type { Dominance, MarketSummary, Sectors, Sentiment } from '../../contract/market-figures.ts'
import type { JobHealth } from '../../contract/pipeline.ts'
import type { TableQuality } from '../../contract/quality.ts'
import { formatCompactUsd, formatPct, formatPoints, formatShare, formatTime } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { needsBrowser, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage, readBeside } = stage

test('renders the values of the API without JavaScript', needsBrowser, async (t) => {
  const page = await openPage(t, '/', { javaScriptEnabled: false })
  const [overview, figures] = await readBeside<MarketOverview, string>('/api/v1/market/overview', async () => {
    await page.reload()
    return page.getByTestId('figures').innerText()
  })
  for (const text of [
    formatCompactUsd(overview.total_market_cap),
    formatPct(overview.market_cap_change_24h_pct),
    formatCompactUsd(overview.total_volume_24h),
    formatShare(overview.btc_dominance),
    formatPoints(overview.btc_dominance_change_24h),
    formatShare(overview.eth_dominance),
    `▲ ${overview.advancing}`,
    `▼ ${overview.declining}`,
    overview.active_coins.toLocaleString('en-US'),
    formatTime(overview.last_updated ?? ''),
  ])
    assert.ok(figures.includes(text), `${text} in ${figures}`)
  for (const { name, price_change_24h_pct } of [...overview.top_gainers, ...overview.top_losers]) {
    const row = page
      .getByRole('listitem')
      .filter({ has: page.getByText(name, { exact: true }) })
      .first()
    assert.ok((await row.innerText()).includes(formatPct(price_change_24h_pct)), name)
  }
  const quality = await getJson<TableQuality[]>('/api/v1/quality/summary')
  const jobs = await getJson<JobHealth[]>('/api/v1/pipeline/health')
  assert.equal(await page.getByTestId('health').getByRole('link').count(), jobs.length + 1)
  if (quality.length === 0) assert.match(await page.getByTestId('health').innerText(), /Not checked yet/)
})

test('draws the market history of the API as sparklines', needsBrowser, async (t) => {
  const history = await getJson<MarketHistory>('/api/v1/market/history')
  const page = await openPage(t, '/')
  const lines = page.getByTestId('figures').locator('polyline')
  if (history.points.length < 12) assert.equal(await lines.count(), 0)
  else assert.equal(await lines.count(), 4)
  for (const line of await lines.all())
    assert.equal((await line.getAttribute('points'))?.split(' ').length, history.points.length)
})

test('shows dominance, sentiment with its formula, sectors and the week of the API', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  const sentiment = await getJson<Sentiment>('/api/v1/market/sentiment')
  const panel = page.getByRole('region', { name: 'Market sentiment' })
  const mean = sentiment.parts.map(({ weight, score }) => `${weight} × ${score.toFixed(0)}`).join(' + ')
  assert.equal(Math.round(sentiment.parts.reduce((sum, { weight, score }) => sum + weight * score, 0)), sentiment.value)
  await panel.getByText(`${sentiment.value} = ${mean}, rounded.`).waitFor()
  await panel.getByText(String(sentiment.value_classification), { exact: true }).waitFor()
  const summary = await getJson<MarketSummary>('/api/v1/market/summary')
  await page.getByRole('radio', { name: 'Worst' }).click()
  const worst = summary.top_losers[0]
  const first = page.getByTestId('week').getByRole('listitem').first()
  await first.getByText(worst?.name ?? '', { exact: true }).waitFor()
  assert.ok((await first.innerText()).includes(formatPct(worst?.return_pct ?? 0)))
  const dominance = await getJson<Dominance>('/api/v1/market/dominance?days=30')
  const reading = page.getByTestId('dominance')
  await reading.getByText(formatShare(dominance.at(-1)?.stablecoins ?? 0)).waitFor()
  await page.getByRole('slider', { name: /^Dominance/ }).focus()
  await page.keyboard.press('Home')
  await reading.getByText(formatShare(dominance[0]?.coins[0]?.dominance ?? 0)).waitFor()
  const [sector] = (await getJson<Sectors>('/api/v1/market/sectors')).filter(
    ({ category }) => category === 'stablecoin',
  )
  await page
    .getByTestId('sectors')
    .getByRole('link', { name: `Stablecoins ${sector?.coin_count}` })
    .click()
  await page.waitForURL(/\/market\?kind=stablecoin$/)
})

test('makes areas of the map proportional to market cap within 1%', needsBrowser, async (t) => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const page = await openPage(t, '/', { viewport })
    const shown = page.locator('[data-treemap] > a:visible')
    const { total } = await getJson<CoinList>('/api/v1/coins')
    await waitFor(async () => (await shown.count()) === total, 'a tile for each coin')
    const links = await shown.all()
    const tiles = await Promise.all(
      links.map(async (link) => {
        const { width, height } = (await link.boundingBox()) ?? { width: 0, height: 0 }
        return { area: width * height, cap: Number(await link.getAttribute('data-cap')) }
      }),
    )
    const sum = (key: 'area' | 'cap') => tiles.reduce((total, tile) => total + tile[key], 0)
    const [area, cap] = [sum('area'), sum('cap')]
    for (const tile of tiles) assert.ok(Math.abs(tile.area / area / (tile.cap / cap) - 1) < 0.01, JSON.stringify(tile))
  }
})

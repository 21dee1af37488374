import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Coin, CoinDetail, CoinList } from '../../contract/coins.ts'
import type { ServerFrame } from '../../contract/live.ts'
import type { MarketOverview } from '../../contract/market.ts'
import { formatCompactUsd, formatPct, formatPrice, formatShare } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, needsBrowser, type PageOptions, Stage, star } from './stage.ts'

const stage = new Stage()
const listed = '/api/v1/coins?per_page=100'

/** The streamed prices by coin. They stay the same when a snapshot arrives. */
const streamed = new Map<number, number>()

/**
 * A different change for each coin, some large enough to flip the sign. The stream of these pages sends only these
 * prices.
 */
function toLive({ id, price_usd }: Coin): number {
  const price = streamed.get(id) ?? (price_usd ?? 0) * (1 + (((id * 7) % 13) - 6) / 100)
  streamed.set(id, price)
  return price
}

const toPct = (coin: Coin, pct: number | null): number | null =>
  pct === null || coin.price_usd === null ? null : (toLive(coin) / (coin.price_usd / (1 + pct / 100)) - 1) * 100
const toCap = (coin: Coin): number => ((coin.market_cap ?? 0) * toLive(coin)) / (coin.price_usd ?? 1)

/** Opens a page with a fake stream: one status, and one update with the prices above. */
async function openMoved(t: TestContext, path: string, open: 'openPage' | 'openSignedIn' = 'openPage'): Promise<Page> {
  const context = await stage.openContext()
  t.after(() => context.close())
  const { items } = await stage.getJson<CoinList>(listed)
  const prices = Object.fromEntries(items.map((coin) => [coin.coingecko_id, toLive(coin)]))
  const frames: ServerFrame[] = [
    { type: 'status', source: 'test', stale: false, price_age_ms: 0 },
    { type: 'price_update', seq: 1, ts: 0, prices },
  ]
  await context.routeWebSocket('**/ws/prices', (socket) => {
    for (const frame of frames) socket.send(JSON.stringify(frame))
  })
  const options: PageOptions = { context }
  const opened = await stage[open](t, path, options)
  return 'page' in opened ? opened.page : opened
}

/** The texts of a page and the response of the API, read again while a snapshot came between. */
async function readMoved<T>(
  path: string,
  read: () => Promise<string>,
  expected: (known: T) => string[],
): Promise<void> {
  let missing: string[] = []
  await waitFor(async () => {
    const [known, text] = await stage.readBeside<T, string>(path, read)
    missing = expected(known).filter((each) => !text.includes(each))
    return missing.length === 0
  }, 'figures of the live prices').catch((error: Error) => {
    throw new Error(`${error.message}; missing: ${missing.join(' · ')}`)
  })
}

test('shows live changes and market caps in the market table', needsBrowser, async (t) => {
  const page = await openMoved(t, '/market?per_page=100')
  const readRows = async () => (await page.locator('tbody tr').allInnerTexts()).join('\n').replaceAll(/[\n\t]+/g, ' ')
  await readMoved<CoinList>(listed, readRows, ({ items }) =>
    items.flatMap((coin) => [
      formatPrice(toLive(coin)),
      formatPct(toPct(coin, coin.price_change_1h_pct)),
      formatPct(toPct(coin, coin.price_change_24h_pct)),
      formatPct(toPct(coin, coin.price_change_7d_pct)),
      formatCompactUsd(toCap(coin)),
    ]),
  )
  const links = await page.locator('tbody tr td:nth-child(3) a').all()
  const { items } = await stage.getJson<CoinList>(listed)
  assert.deepEqual(
    await Promise.all(links.map((link) => link.getAttribute('href'))),
    items.map(({ coingecko_id }) => `/coins/${coingecko_id}`),
    'the order is that of the snapshot',
  )
})

test('shows live values on the coin page', needsBrowser, async (t) => {
  const page = await openMoved(t, '/coins/ethereum')
  const read = async () =>
    (await page.locator('main header').first().innerText()) + (await page.getByTestId('facts').innerText())
  await readMoved<CoinDetail>('/api/v1/coins/ethereum', read, (coin) => [
    formatPrice(toLive(coin)),
    formatPct(toPct(coin, coin.price_change_1h_pct)),
    formatPct(toPct(coin, coin.price_change_24h_pct)),
    formatPct(toPct(coin, coin.price_change_7d_pct)),
    formatCompactUsd(toCap(coin)),
    formatPct((toLive(coin) / (coin.ath ?? 0) - 1) * 100),
    formatPct((toLive(coin) / (coin.atl ?? 0) - 1) * 100),
  ])
})

/** The step of a change on the scale from 1 to 7. */
const toStep = (pct: number | null): number =>
  1 + [-5, -2, -0.5, 0.5, 2, 5].filter((from) => Number((pct ?? 0).toFixed(2)) >= from).length

/** The live changes in the description of a tile. */
const toChanges = (coin: Coin) =>
  (['1h', '24h', '7d', '30d'] as const)
    .map((window) => `${window} ${formatPct(toPct(coin, coin[`price_change_${window}_pct`]))}`)
    .join(', ')

test('shows live values in map, movers, totals and watchlist', needsBrowser, async (t) => {
  const page = await openMoved(t, '/', 'openSignedIn')
  await page.goto(`${stage.url}/market`)
  const kept = page.waitForResponse(
    (answer) => answer.url().includes('/watchlist') && answer.request().method() === 'POST',
  )
  await star(page, 'Bitcoin').click()
  assert.ok((await kept).ok())
  await page.goto(stage.url)
  const day = (coin: Coin) => toPct(coin, coin.price_change_24h_pct)
  const readMap = async () =>
    page.evaluate<string>(
      `[...document.querySelectorAll('[data-treemap] > a')].filter((tile) => tile.offsetParent !== null)
        .map((tile) => [tile.firstChild.textContent, tile.style.background].join(' | ')).join('\\n')`,
    )
  await readMoved<CoinList>(listed, readMap, ({ items }) =>
    items.map(
      (coin) =>
        `${coin.name}, rank ${coin.market_cap_rank}: market cap ${formatCompactUsd(toCap(coin))}, price ${formatPrice(toLive(coin))}, change ${toChanges(coin)} | var(--step-${toStep(day(coin))})`,
    ),
  )
  const { items } = await stage.getJson<CoinList>(listed)
  const cap = items.reduce((sum, coin) => sum + toCap(coin), 0)
  const btc = items.find(({ coingecko_id }) => coingecko_id === 'bitcoin')
  await readMoved<MarketOverview>(
    '/api/v1/market/overview',
    () => page.getByTestId('figures').innerText(),
    () => [
      formatCompactUsd(cap),
      formatShare(((btc === undefined ? 0 : toCap(btc)) / cap) * 100),
      `▲ ${items.filter((coin) => (day(coin) ?? 0) > 0).length}`,
      `▼ ${items.filter((coin) => (day(coin) ?? 0) < 0).length}`,
    ],
  )
  for (const [label, sign] of [
    ['Top gainers', 1],
    ['Top losers', -1],
  ] as const) {
    const read = async () =>
      (await page.getByRole('region', { name: label }).getByRole('listitem').allInnerTexts()).join()
    await readMoved<MarketOverview>('/api/v1/market/overview', read, ({ top_gainers, top_losers }) =>
      [...top_gainers, ...top_losers].flatMap((mover) => {
        const coin = items.find(({ id }) => id === mover.id)
        const pct = coin === undefined ? null : day(coin)
        const isOwn = (sign > 0 ? top_gainers : top_losers).includes(mover)
        return coin !== undefined && isOwn && Math.sign(pct ?? 0) === sign ? [formatPct(pct)] : []
      }),
    )
    const shown = (await read()).match(/[+−][\d,.]+%/g) ?? []
    assert.ok(
      shown.every((text) => text.startsWith(sign > 0 ? '+' : '−')),
      `${label}: ${shown}`,
    )
  }
  const watchlist = page.getByRole('region', { name: 'Watchlist' })
  await watchlist.getByText('Bitcoin').waitFor()
  await readMoved<CoinList>(
    listed,
    () => watchlist.innerText(),
    () => (btc === undefined ? ['Bitcoin'] : [formatPrice(toLive(btc)), formatPct(day(btc))]),
  )
})

test('shows the live price in the search', needsBrowser, async (t) => {
  const page = await openMoved(t, '/analytics')
  await becomesLive(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search coins/ }).fill('ethereum')
  const option = page.getByRole('option', { name: /Ethereum/ }).first()
  await readMoved<CoinDetail>(
    '/api/v1/coins/ethereum',
    () => option.innerText(),
    (coin) => [formatPrice(toLive(coin))],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageSize } from 'image-size'
import type { MarketOverview } from '../../contract/market.ts'
import { formatTime } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()
const { getJson, openPage } = stage
const appUrl = (path = '') => stage.url + path

test('finds coins, pages and actions by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await becomesLive(page)
  let isAsked = false
  const typed = Promise.withResolvers<void>()
  await page.route('**/_next/static/chunks/**', async (route) => {
    isAsked = true
    await typed.promise
    await route.continue()
  })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('dogec')
  await page.keyboard.press('Enter')
  await waitFor(() => isAsked, 'the code of the search')
  typed.resolve()
  await page.waitForURL('**/coins/dogecoin')
  await page.getByRole('heading', { level: 1, name: 'Dogecoin' }).waitFor()
  await page.keyboard.press('/')
  assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'combobox')
  await page.keyboard.type('light')
  await page.getByRole('option', { name: /Theme: Light/ }).waitFor()
  await page.keyboard.press('Enter')
  await waitFor(async () => (await page.locator('html').getAttribute('data-theme')) === 'light', 'a light page')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('compact')
  await page.keyboard.press('Enter')
  await waitFor(async () => (await page.locator('html').getAttribute('data-density')) === 'compact', 'low rows')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('<b>no such thing')
  await page.getByText('No results for').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('hydrates pages as rendered by the server, with any client clock', needsBrowser, async (t) => {
  const context = await stage.openContext()
  t.after(() => context.close())
  await context.addInitScript(`{
    const now = Date.now
    Date.now = () => now() + 25 * 3_600_000 + 420_000
  }`)
  const daily = '/coins/bitcoin'
  for (const path of ['/', '/market', daily, `${daily}?period=1&chart=candle`, '/analytics', '/pipeline', '/quality']) {
    const page = await openPage(t, path, { context })
    await becomesLive(page)
    await page.close()
  }
})

test('opens a link in place, and in a new tab on request', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await becomesLive(page)
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Market' }).first()
  const beside = page.context().waitForEvent('page')
  await link.click({ modifiers: ['ControlOrMeta'] })
  await (await beside).waitForURL('**/market')
  assert.equal(page.url(), appUrl('/'))
  await page.evaluate('window.isTheSame = true')
  await link.click()
  await page.waitForURL('**/market')
  assert.equal(await page.evaluate('window.isTheSame'), true)
})

/** Runs in the page: records every text of the indicator. */
const listen = `
  window.said = []
  new MutationObserver(() => {
    const words = document.querySelector('[data-testid=live-indicator]')?.textContent
    if (words !== undefined) window.said.push(words)
  }).observe(document, { childList: true, characterData: true, subtree: true })`

test('shows no warning before the state of the stream is known', needsBrowser, async (t) => {
  const context = await stage.openContext()
  t.after(() => context.close())
  await context.addInitScript(listen)
  const page = await openPage(t, '/', { context })
  await becomesLive(page)
  const said = await page.evaluate<string[]>('window.said')
  assert.ok(said.length > 0)
  assert.deepEqual(
    said.filter((words) => !words.startsWith('Simulated')),
    [],
  )
})

test('opens pages by keyboard shortcuts, but not in a text field', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await becomesLive(page)
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.waitForURL('**/market')
  await page.getByLabel('Filter by name or symbol').pressSequentially('g/?d')
  assert.equal(await page.getByLabel('Filter by name or symbol').inputValue(), 'g/?d')
  assert.equal(await page.getByRole('dialog').count(), 0)
  await page.getByLabel('Filter by name or symbol').fill('')
  await page.getByLabel('Filter by name or symbol').blur()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.waitForURL((url) => url.pathname === '/')
})

test('shows times in UTC in Tokyo, and names the zone in the footer', needsBrowser, async (t) => {
  const page = await openPage(t, '/', { timezoneId: 'Asia/Tokyo' })
  await becomesLive(page)
  const { last_updated } = await getJson<MarketOverview>('/api/v1/market/overview')
  const time = page.getByTestId('figures').locator('time')
  assert.equal(await time.innerText(), formatTime(last_updated ?? ''))
  await page.getByRole('contentinfo').getByText('All times in UTC').waitFor()
  assert.match((await time.getAttribute('title')) ?? '', new RegExp(`${formatTime(last_updated ?? '')}$`))
})

test('colors rises red and falls green in the East Asia palette', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await page.context().addCookies([{ name: 'cryptoflow_palette', value: 'east-asia', url: appUrl() }])
  const color = (selector: string, name: 'color' | 'backgroundColor') =>
    page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${name}`)
  for (const [theme, up, down, risen, fallen] of [
    ['light', 'rgb(196, 40, 61)', 'rgb(8, 122, 80)', '#f1878c', '#5aca94'],
    ['dark', 'rgb(255, 107, 122)', 'rgb(47, 191, 135)', '#af283d', '#00774c'],
  ] as const) {
    await page.context().addCookies([{ name: 'cryptoflow_theme', value: theme, url: appUrl() }])
    await page.reload()
    await becomesLive(page)
    assert.deepEqual([await color('.text-up', 'color'), await color('.text-down', 'color')], [up, down], theme)
    const steps = await page.evaluate<string[]>(
      `['--step-7', '--step-1'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())`,
    )
    assert.deepEqual(steps, [risen, fallen], theme)
  }
})

test('keeps theme, palette and collapsed rail, before any script runs', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await waitFor(async () => (await page.getByTestId('live-indicator').count()) === 1, 'a live page')
  await page.getByRole('button', { name: 'Theme and colors' }).click()
  await page.getByRole('menuitemradio', { name: /Color-blind/ }).click()
  await page.getByRole('button', { name: 'Theme and colors' }).click()
  await page.getByRole('menuitemradio', { name: 'Light', exact: true }).click()
  await page.getByRole('button', { name: 'Collapse' }).click()
  await page.reload()
  const html = page.locator('html')
  assert.deepEqual(
    [await html.getAttribute('data-palette'), await html.getAttribute('data-theme')],
    ['blue-orange', 'light'],
  )
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const served = await (await fetch(appUrl(), { headers: { cookie: cookies } })).text()
  assert.match(served, /<html[^>]*data-theme="light"[^>]*data-palette="blue-orange"/)
  assert.match(served, /<nav[^>]*w-14/)
})

test('replaces invalid parameters by defaults, and shows a 404 page', needsBrowser, async (t) => {
  const page = await openPage(t, '/market?page=-5&per_page=7&sort_by=evil&sort_dir=sideways&kind=x')
  await page.locator('tbody tr').first().waitFor()
  assert.equal(await page.locator('tbody tr').count(), 30)
  await page.goto(appUrl('/market?page=999'))
  await page.getByText('Page 999 not found').waitFor()
  const answer = await fetch(appUrl('/nowhere'))
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /Page not found/)
  type Icon = { src: string; sizes: string; purpose?: string }
  const manifest = await getJson<{ name: string; icons: Icon[] } & Record<string, string>>('/manifest.webmanifest')
  const { name, start_url, scope, display } = manifest
  assert.deepEqual([name, start_url, scope, display], ['CryptoFlow', '/', '/', 'standalone'])
  for (const { src, sizes } of manifest.icons) {
    const response = await fetch(appUrl(src))
    assert.equal(response.status, 200, src)
    const { width, height } = imageSize(new Uint8Array(await response.arrayBuffer()))
    if (sizes !== 'any') assert.equal(`${width}x${height}`, sizes, src)
  }
  // What browsers ask for to install an app: two sizes, and one icon that may be cut to any shape.
  const has = (size: string, purpose?: string) =>
    manifest.icons.some((icon) => icon.sizes === size && icon.purpose === purpose)
  assert.deepEqual([has('192x192'), has('512x512'), has('512x512', 'maskable')], [true, true, true])
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { waitFor } from '../wait.ts'
import { findOverflow, findViolations } from './look.ts'
import { becomesLive, button, needsBrowser, Stage, star } from './stage.ts'

const stage = new Stage()
const tall = 844

/** Colors do not depend on the width, and rules other than contrast not on the theme. */
const looks = [
  { colorScheme: 'dark', width: 1440, rules: { only: 'color-contrast' } },
  { colorScheme: 'light', width: 390, rules: {} },
] as const

/** From small phones to laptops, with and without the rail. */
const widths = [1440, 1280, 1024, 768, 390, 360]

type Visit = { path: string; signedIn?: boolean; expected?: RegExp; prepare?: (page: Page) => Promise<unknown> }

const showTables = async (page: Page) => {
  const toTable = page.getByRole('button', { name: 'Show data' })
  while ((await toTable.count()) > 0) await toTable.first().click()
}
const isDrawn = (page: Page) =>
  waitFor(async () => (await page.getByTestId(/-chart$/).getAttribute('data-state')) === 'ready', 'a drawn chart')
const hasDrawer = (page: Page) => page.getByRole('dialog').locator('[data-testid=run], [data-testid=check]').waitFor()

const visits: Record<string, Visit> = {
  dashboard: { path: '/' },
  'dashboard, data': { path: '/', prepare: showTables },
  market: { path: '/market' },
  coin: { path: '/coins/bitcoin?period=30&ind=sma-20,macd-12-26-9&vs=ethereum', prepare: isDrawn },
  'coin, data': {
    path: '/coins/shiba-inu?period=1&chart=candle',
    prepare: (page) => isDrawn(page).then(() => showTables(page)),
  },
  analytics: { path: '/analytics?stablecoins=true&coins=25' },
  'analytics, data': { path: '/analytics?period=7&y=sharpe', prepare: showTables },
  compare: {
    path: '/compare?coins=bitcoin,ethereum,solana,ripple,dogecoin,cardano,tether,shiba-inu,chainlink,litecoin',
    prepare: isDrawn,
  },
  'compare, data': {
    path: '/compare?range=1m&figure=volatility',
    prepare: (page) => isDrawn(page).then(() => showTables(page)),
  },
  pipeline: { path: '/pipeline' },
  'a run': { path: '/pipeline?run=1', prepare: hasDrawer },
  'page of a run': { path: '/pipeline/runs/1' },
  quality: { path: '/quality' },
  'a check': { path: '/quality?check=freshness', prepare: hasDrawer },
  'how it works': { path: '/how-it-works' },
  'sign in': { path: '/sign-in' },
  register: {
    path: '/register',
    prepare: async (page) => {
      await page.getByLabel('Password', { exact: true }).fill('12345678')
      await button(page, 'Register').click()
      await page.getByText('Enter your email.').waitFor()
    },
  },
  account: {
    path: '/account',
    signedIn: true,
    prepare: async (page) => {
      await page.getByText('this session').waitFor()
      await button(page, 'Delete your account').click()
    },
  },
  watchlist: {
    path: '/market',
    signedIn: true,
    prepare: async (page) => {
      await star(page, 'Bitcoin').click()
      await page.getByRole('radio', { name: 'Watchlist' }).click()
      await page.waitForURL(/list=watchlist/)
      await page.locator('tbody tr').first().waitFor()
    },
  },
  notifications: {
    path: '/account',
    signedIn: true,
    prepare: async (page) => {
      await button(page, 'Add channel').click()
      await page.getByLabel('Channel', { exact: true }).selectOption('telegram')
    },
  },
  'forgot password': { path: '/forgot-password' },
  'new password': { path: '/reset-password' },
  portfolio: {
    path: '/portfolio',
    signedIn: true,
    prepare: async (page) => {
      await button(page, 'Add first transaction').click()
      await page.getByLabel('Coin', { exact: true }).fill('bitcoin')
      await page.locator('form li button').first().click()
      await page.getByLabel('Quantity', { exact: true }).fill('0.5')
      await button(page, 'Save').click()
      await page.getByTestId('risk').waitFor()
    },
  },
  'an unknown page': { path: '/nowhere', expected: /404/ },
}

async function open(t: TestContext, { path, signedIn = false, expected, prepare }: Visit): Promise<Page> {
  const options = {
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    ...(expected === undefined ? {} : { expected }),
  } as const
  const page = signedIn ? (await stage.openSignedIn(t, path, options)).page : await stage.openPage(t, path, options)
  await becomesLive(page)
  await prepare?.(page)
  await page.evaluate(`document.documentElement.dataset.chosenTheme = 'system'`)
  return page
}

/** Changes theme or width of a page, and resolves once it is applied. */
async function turn(page: Page, colorScheme: 'dark' | 'light', width: number): Promise<void> {
  await page.setViewportSize({ width, height: tall })
  await page.emulateMedia({ colorScheme })
  await waitFor(async () => (await page.locator('html').getAttribute('data-theme')) === colorScheme, colorScheme)
}

for (const [name, visit] of Object.entries(visits))
  test(
    `${name}: fits at every width, and has no errors or accessibility violations in both themes`,
    needsBrowser,
    async (t) => {
      const page = await open(t, visit)
      for (const width of widths) {
        await turn(page, 'dark', width)
        assert.deepEqual(await findOverflow(page), [], `${width}`)
      }
      for (const { colorScheme, width, rules } of looks) {
        await turn(page, colorScheme, width)
        assert.deepEqual(await findViolations(page, rules), [], `${colorScheme} ${width}`)
      }
    },
  )

test('has enough contrast in the colorblind palette in both themes', needsBrowser, async (t) => {
  const context = await stage.openContext({ colorScheme: 'dark' })
  t.after(() => context.close())
  await context.addCookies([
    { name: 'cryptoflow_palette', value: 'blue-orange', url: stage.url },
    { name: 'cryptoflow_theme', value: 'system', url: stage.url },
  ])
  for (const path of ['/', '/analytics']) {
    const page = await stage.openPage(t, path, { context })
    await becomesLive(page)
    for (const colorScheme of ['dark', 'light'] as const) {
      await turn(page, colorScheme, 1440)
      assert.deepEqual(await findViolations(page, { only: 'color-contrast' }), [], `${path} ${colorScheme}`)
    }
    await page.close()
  }
})

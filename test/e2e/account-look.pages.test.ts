import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { noBrowser } from './browser.ts'
import { button, fillIn, Stage, star } from './stage.ts'

const needsBrowser = { skip: noBrowser }
const stage = new Stage()

type Look = { colorScheme: 'light' | 'dark'; width: number }

async function open(t: TestContext, path: string, { colorScheme, width }: Look): Promise<Page> {
  const viewport = { width, height: 844 }
  const page = await stage.openPage(t, '/sign-in', { colorScheme, viewport, reducedMotion: 'reduce' })
  await page.evaluate(`localStorage.setItem('theme', '${colorScheme}')`)
  await page.goto(stage.url + path)
  return page
}

async function check(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html])
  assert.deepEqual(found, [])
  const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
  assert.equal(scrolls, false, 'it scrolls sideways')
}

const pages: Record<string, (page: Page) => Promise<unknown>> = {
  '/register': async (page) => {
    await page.getByLabel('Password', { exact: true }).fill('12345678')
    await button(page, 'Register').click()
    await page.getByText('Enter your email.').waitFor()
  },
  '/sign-in?next=/account': async (page) => {
    await check(page)
    await fillIn(page, await stage.createPerson())
    await page.getByText('this one').waitFor()
    await button(page, 'Delete your account').click()
  },
  '/sign-in?next=/market': async (page) => {
    await fillIn(page, await stage.createPerson())
    await star(page, 'Bitcoin').click()
    await page.getByRole('radio', { name: 'Watchlist' }).click()
    await page.waitForURL(/list=watchlist/)
    await page.locator('tbody tr').first().waitFor()
    await check(page)
    await page.goto(`${stage.url}/`)
    await page.getByRole('region', { name: 'Watchlist' }).getByText('Bitcoin').waitFor()
  },
}

for (const [colorScheme, width] of [
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const)
  for (const [path, walk] of Object.entries(pages))
    test(`no rule of accessibility is broken from ${path} on at ${width}, ${colorScheme}`, needsBrowser, async (t) => {
      const page = await open(t, path, { colorScheme, width })
      await walk(page)
      await check(page)
    })

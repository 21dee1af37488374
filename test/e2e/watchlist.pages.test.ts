import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { waitFor } from '../wait.ts'
import { button, fillIn, menu, needsBrowser, Stage, star } from './stage.ts'

const stage = new Stage()

const isSet = async (page: Page, name: string) => (await star(page, name).getAttribute('aria-pressed')) === 'true'

test('shows a star at once, after a reload, in other tabs and in the watchlist', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/market')
  const other = await stage.openPage(t, '/coins/bitcoin', { context: page.context() })
  await menu(other).waitFor()
  assert.equal(await isSet(other, 'Bitcoin'), false)
  await star(page, 'Bitcoin').click()
  await waitFor(() => isSet(page, 'Bitcoin'), 'a star')
  await waitFor(() => isSet(other, 'Bitcoin'), 'the star on another tab')
  await page.reload()
  await waitFor(() => isSet(page, 'Bitcoin'), 'the star after a reload')
  await star(page, 'Ethereum').click()
  await page.getByRole('radio', { name: 'Watchlist' }).click()
  await page.waitForURL(/list=watchlist/)
  const names = () => page.locator('tbody tr td:nth-child(3)').allInnerTexts()
  await waitFor(async () => (await names()).length === 2, 'two coins')
  await page.reload()
  await waitFor(async () => (await names()).length === 2, 'two coins after a reload')
  await star(page, 'Ethereum').click()
  await waitFor(async () => (await names()).length === 1, 'one coin')
  await page.goto(`${stage.url}/`)
  const panel = page.getByRole('region', { name: 'Watchlist' })
  await panel.getByText('Bitcoin').waitFor()
  await panel.getByRole('button', { name: 'Watch Bitcoin' }).click()
  await panel.getByText('Star a coin to add it.').waitFor()
  await waitFor(async () => !(await isSet(other, 'Bitcoin')), 'no star on the other tab')
})

test('moves the focus to the next star when a row is removed', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/market')
  for (const name of ['Bitcoin', 'Ethereum', 'Tether']) await star(page, name).click()
  await page.getByRole('radio', { name: 'Watchlist' }).click()
  await waitFor(async () => (await page.locator('tbody tr').count()) === 3, 'three rows')
  const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""')
  await star(page, 'Ethereum').focus()
  await page.keyboard.press('Space')
  await waitFor(async () => (await focused()) === 'Watch Tether', 'the next star')
  await page.keyboard.press('Space')
  await waitFor(async () => (await focused()) === 'Watch Bitcoin', 'the star before')
})

test('reverts a star that the server rejects', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/coins/bitcoin', { expected: /status of 503/ })
  const refusal = { error: { code: 'unavailable', message: 'Try again in a few seconds', request_id: 'x' } }
  const held: (() => void)[] = []
  await page.route('**/api/v1/watchlist/*', async (route) => {
    await new Promise<void>((resolve) => held.push(resolve))
    await route.fulfill({ status: 503, json: refusal })
  })
  await star(page, 'Bitcoin').click()
  await waitFor(() => isSet(page, 'Bitcoin'), 'a star before the answer')
  await waitFor(() => held.length === 1, 'the request')
  held[0]?.()
  await page.getByText("Can't add Bitcoin. Try again in a few seconds").waitFor()
  assert.equal(await isSet(page, 'Bitcoin'), false)
  await button(page, 'Dismiss').click()
  await waitFor(async () => (await page.getByTestId('toast').count()) === 0, 'no message')
})

test('keeps stars on this device without an account, and merges them on sign-in', needsBrowser, async (t) => {
  const email = await stage.createPerson()
  const page = await stage.openPage(t, '/market')
  for (const name of ['Solana', 'Bitcoin']) {
    await star(page, name).click()
    await waitFor(() => isSet(page, name), 'the star')
  }
  await page.goto(`${stage.url}/market?list=watchlist`)
  const rows = async () => page.locator('tbody tr').count()
  await waitFor(async () => (await rows()) === 2, 'two coins of this device')
  await page.goto(`${stage.url}/sign-in?next=${encodeURIComponent('/market?list=watchlist')}`)
  await fillIn(page, email)
  await page.getByText('Added 2 coins from this device to your watchlist.').waitFor()
  await page.waitForURL(`${stage.url}/market?list=watchlist`)
  await waitFor(async () => (await rows()) === 2, 'two coins of the account')
  assert.equal(await page.evaluate('localStorage.getItem("cryptoflow_watchlist")'), null)
})

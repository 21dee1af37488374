import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { button, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

const answer = (page: Page, path: string, body: unknown) =>
  page.route(`**/api/v1/notifications${path}`, (route) =>
    route.request().method() === 'GET' ? route.fulfill({ json: body }) : route.fallback(),
  )

const toNotification = (id: number, title: string, is_read: boolean) => ({
  ...{ id, title, is_read, text: 'Now $70,001.', path: '/coins/bitcoin' },
  ...{ at: new Date().toISOString(), created_at: new Date().toISOString() },
})

test(
  'the bell counts unread notifications, shows new ones as a toast and opens their page',
  needsBrowser,
  async (t) => {
    const { page } = await stage.openSignedIn(t, '/quality', { expected: /status of 404 .*\/notifications\/\d+\/read/ })
    const items = [toNotification(7, 'Bitcoin above $70,000', false), toNotification(6, 'Older', true)]
    const list = { items, total: 2, page: 1, per_page: 20, pages: 1, unread: 1 }
    await answer(page, '?per_page=20', list)
    await page.reload()
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor()
    assert.equal(await page.getByTestId('unread').innerText(), '1')
    items.unshift(toNotification(8, 'Solana below $120', false))
    list.unread = 2
    await page.getByText('Solana below $120').waitFor()
    await page.getByRole('button', { name: 'Notifications, 2 unread' }).click()
    const menu = page.getByRole('menu')
    await menu.getByText('Older').waitFor()
    const marked = page.waitForRequest((request) => request.url().endsWith('/notifications/7/read'))
    await menu.getByText('Bitcoin above $70,000').click()
    await marked
    await page.waitForURL(`${stage.url}/coins/bitcoin`)
  },
)

test('adds a webhook and shows its secret once, then pauses and deletes it', needsBrowser, async (t) => {
  const worker = await fetch(`${stage.url}/push-worker.js`)
  assert.deepEqual([worker.status, /javascript/.test(worker.headers.get('content-type') ?? '')], [200, true])
  const { page } = await stage.openSignedIn(t, '/account', { expected: /status of 422 .*channels/ })
  await button(page, 'Add channel').click()
  await page.getByLabel('Channel', { exact: true }).selectOption('webhook')
  const form = page.locator('form', { hasText: 'Name (optional)' })
  await form.getByRole('button', { name: 'Add channel' }).click()
  await form.getByText('Enter the url.').waitFor()
  await page.getByLabel('URL').fill('http://169.254.169.254/')
  await form.getByRole('button', { name: 'Add channel' }).click()
  await form.getByText(/must have a public address/).waitFor()
  await page.getByLabel('URL').fill('https://hooks.example.org/secret-token')
  await form.getByRole('button', { name: 'Add channel' }).click()
  assert.match(await page.getByLabel('Signing secret').inputValue(), /^whsec_/)
  await button(page, 'Done').click()
  await page.getByText('https://hooks.example.org/…').waitFor()
  assert.doesNotMatch(await page.content(), /secret-token|whsec_/)
  await button(page, 'Pause Webhook').click()
  await page.getByText('· Paused').waitFor()
  await button(page, 'Delete Webhook').click()
  await button(page, 'Confirm: delete Webhook').click()
  await page.getByText('No channels.').waitFor()
})

test('asks for a link when the password is forgotten, and says why a link does not work', needsBrowser, async (t) => {
  const page = await stage.openPage(t, '/sign-in', { expected: /status of (400|501) / })
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.waitForURL('**/forgot-password')
  await page.getByLabel('Email').fill('ada@example.org')
  await button(page, 'Send link').click()
  await page
    .getByRole('alert')
    .getByText(/This server sends no email/)
    .waitFor()
  await page.goto(`${stage.url}/reset-password#${'A'.repeat(43)}`)
  await page.getByLabel('New password', { exact: true }).fill('another day in the hills')
  await button(page, 'Set password').click()
  await page.getByText(/This link is invalid/).waitFor()
  await page.goto(`${stage.url}/verify-email#${'A'.repeat(43)}`)
  await button(page, 'Confirm email').click()
  await page.getByText(/This link is invalid/).waitFor()
})

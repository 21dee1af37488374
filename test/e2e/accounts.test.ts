import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { AccountSessions } from '../../contract/accounts.ts'
import type { CoinList } from '../../contract/coins.ts'
import { buildWeb, isBuildStale } from '../../server/cli/build.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'

const needsBrowser = { skip: noBrowser }
const password = 'a fine day at the lake'
let browser: Browser
let product: Product
let people = 0

before(async () => {
  if (noBrowser) return
  if (await isBuildStale()) await buildWeb()
  ;[browser, product] = await Promise.all([openBrowser(), startProduct({ TRACKED_COINS: '30' })])
  await waitFor(async () => (await getJson<CoinList>('/api/v1/coins')).total === 30, 'coins', 60_000)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const getJson = async <T>(path: string, token = ''): Promise<T> =>
  (
    await fetch(product.url + path, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } })
  ).json() as Promise<T>

/** The server, asked past the page. */
async function send(method: string, path: string, { body, token }: { body?: unknown; token?: string } = {}) {
  const response = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

type Options = BrowserContextOptions & { context?: BrowserContext; expected?: RegExp }

/**
 * A page whose console stays clean: any error or warning fails the test, except the refusals that it asks for, which a
 * browser writes down by itself.
 */
async function openPage(
  t: TestContext,
  path: string,
  { expected, context: shared, ...options }: Options = {},
): Promise<Page> {
  const context = shared ?? (await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options }))
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`
    if (['error', 'warning'].includes(message.type()) && expected?.test(text) !== true) complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  t.after(async () => {
    if (shared === undefined) await context.close()
    assert.deepEqual(complaints, [])
  })
  await page.goto(product.url + path)
  return page
}

/** An account of somebody new. */
async function createPerson(): Promise<string> {
  people += 1
  const email = `person-${people}@example.org`
  assert.equal((await send('POST', '/auth/register', { body: { email, password } })).status, 201)
  return email
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const star = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('button', { name: `Watch ${name}`, exact: true })
    .first()
const isSet = async (page: Page, name: string) => (await star(page, name).getAttribute('aria-pressed')) === 'true'
const menu = (page: Page) => page.getByRole('button', { name: /^Account of/ })

async function fillIn(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

async function openSignedIn(
  t: TestContext,
  path: string,
  options: Options = {},
): Promise<{ page: Page; email: string }> {
  const email = await createPerson()
  const page = await openPage(t, `/sign-in?next=${encodeURIComponent(path)}`, options)
  await fillIn(page, email)
  await page.waitForURL(product.url + path)
  await menu(page).waitFor()
  return { page, email }
}

test('one registers, signs out, and signs in again; the password never leaves its form', needsBrowser, async (t) => {
  const page = await openPage(t, '/')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Register' }).click()
  await page.waitForURL('**/register')
  await page.getByLabel('Email').fill('Ada@Example.org')
  await page.getByLabel('Name').fill('Ada Lovelace')
  const field = page.getByLabel('Password', { exact: true })
  assert.equal(await field.getAttribute('autocomplete'), 'new-password')
  const meter = page.getByTestId('strength')
  for (const [text, score] of [
    ['short', '0'],
    ['12345678', '1'],
    [password, '3'],
  ] as const) {
    await field.fill(text)
    assert.equal(await meter.getAttribute('data-score'), score, text)
  }
  await button(page, 'Show the password').click()
  assert.equal(await field.getAttribute('type'), 'text')
  await button(page, 'Register').click()
  await page.waitForURL(`${product.url}/`)
  await menu(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('**/sign-in')
  assert.equal(await page.getByLabel('Email').getAttribute('autocomplete'), 'username')
  await fillIn(page, 'ada@example.org')
  await page.waitForURL(`${product.url}/`)
  await menu(page).waitFor()
  const kept = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
  )
  assert.ok(!/eyJ|lake/.test(kept), kept)
  await page.reload()
  await menu(page).click()
  await page.getByText('Ada Lovelace').waitFor()
})

test('the server is answered beside the field: common, taken, wrong', needsBrowser, async (t) => {
  const email = await createPerson()
  const page = await openPage(t, '/register', { expected: /status of 40[019] .*\/auth\/(register|login)$/ })
  await button(page, 'Register').click()
  await page.getByText('Enter your email.').waitFor()
  await page.getByLabel('Email').fill(email)
  const field = page.getByLabel('Password', { exact: true })
  await field.fill('football123')
  await field.fill('password1')
  await button(page, 'Register').click()
  await page.getByText(/This password is among the first/).waitFor()
  assert.equal(await page.getByTestId('strength').getAttribute('data-score'), '0')
  assert.equal(await field.evaluate<boolean, HTMLElement>('(field) => field === document.activeElement'), true)
  await field.fill(password)
  await button(page, 'Register').click()
  await page.getByText(/This email has an account already/).waitFor()
  assert.equal(await page.getByLabel('Email').getAttribute('aria-invalid'), 'true')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('**/sign-in')
  await fillIn(page, email, 'not my password')
  await page.getByText('Invalid email or password').waitFor()
  assert.equal(await page.getByLabel('Email').inputValue(), email)
  await page.getByLabel('Password', { exact: true }).press('CapsLock')
  await fillIn(page, email)
  await page.waitForURL(`${product.url}/`)
})

test('a page that needs a sign-in leads to it and back, and no address leads elsewhere', needsBrowser, async (t) => {
  const email = await createPerson()
  const page = await openPage(t, '/account')
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await fillIn(page, email)
  await page.waitForURL(`${product.url}/account`)
  assert.match(await page.getByTestId('who').innerText(), new RegExp(email))
  for (const next of [
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/.//elsewhere.example',
  ]) {
    await page.goto(`${product.url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.waitForURL(`${product.url}/`)
  }
})

test('a star is there at once, and after a reload, on another tab and in the watchlist', needsBrowser, async (t) => {
  const { page } = await openSignedIn(t, '/market')
  const other = await openPage(t, '/coins/bitcoin', { context: page.context() })
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
  await page.goto(`${product.url}/`)
  const panel = page.getByRole('region', { name: 'Watchlist' })
  await panel.getByText('Bitcoin').waitFor()
  await panel.getByRole('button', { name: 'Watch Bitcoin' }).click()
  await panel.getByText('The star before a coin puts it here.').waitFor()
  await waitFor(async () => !(await isSet(other, 'Bitcoin')), 'no star on the other tab')
})

test('a star that the server does not take is taken back, and says so', needsBrowser, async (t) => {
  const { page } = await openSignedIn(t, '/coins/bitcoin', { expected: /status of 503/ })
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
  await page.getByText('Bitcoin was not put on your watchlist. Try again in a few seconds').waitFor()
  assert.equal(await isSet(page, 'Bitcoin'), false)
  await button(page, 'Close the message').click()
  await waitFor(async () => (await page.getByTestId('toast').count()) === 0, 'no message')
})

test('the star of who is not signed in leads to the sign-in and back, and is set then', needsBrowser, async (t) => {
  const email = await createPerson()
  const page = await openPage(t, '/market?sort_by=name')
  await star(page, 'Solana').click()
  await page.waitForURL('**/sign-in?next=*')
  await fillIn(page, email)
  await page.waitForURL(`${product.url}/market?sort_by=name`)
  await waitFor(() => isSet(page, 'Solana'), 'the star')
  await page.reload()
  await waitFor(() => isSet(page, 'Solana'), 'the star after a reload')
})

test('a session that ends elsewhere leads to the sign-in and back', needsBrowser, async (t) => {
  const { page, email } = await openSignedIn(t, '/account', { expected: /status of 401/ })
  const token = (await send('POST', '/auth/login', { body: { email, password } })).body.access_token
  await page.reload()
  await page.getByText('this one').waitFor()
  await waitFor(async () => (await page.getByRole('button', { name: /^End/ }).count()) >= 1, 'two sessions')
  const { items } = await getJson<AccountSessions>('/api/v1/auth/sessions', token)
  const own = items.find(({ is_current }) => !is_current)
  assert.equal((await send('DELETE', `/auth/sessions/${own?.id}`, { token })).status, 204)
  await page.getByRole('button', { name: /^End the session/ }).click()
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await page.getByText('Your session has ended').waitFor()
  await fillIn(page, email)
  await page.waitForURL(`${product.url}/account`)
})

test('sessions are ended from here, and another password ends all others', needsBrowser, async (t) => {
  const { page, email } = await openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/password/ })
  const login = async (secret = password) =>
    (await send('POST', '/auth/login', { body: { email, password: secret } })).body
  const isIn = async (token: string) => (await send('GET', '/auth/me', { token })).status === 200
  const tokens = [(await login()).access_token, (await login()).access_token]
  await page.reload()
  await page.getByRole('button', { name: 'End the 2 others' }).click()
  await waitFor(async () => (await page.getByRole('button', { name: /^End/ }).count()) === 0, 'this session alone')
  assert.deepEqual(await Promise.all(tokens.map(isIn)), [false, false])
  const third = (await login()).access_token
  await page.getByLabel('Current password').fill('not my password')
  await page.getByLabel('New password').fill('a better day at sea')
  await button(page, 'Change it').click()
  await page.getByText('Current password is incorrect').waitFor()
  await page.getByLabel('Current password').fill(password)
  await button(page, 'Change it').click()
  await page.getByText('Your password is changed').waitFor()
  assert.equal(await isIn(third), false)
  assert.equal((await login('a better day at sea')).token_type, 'bearer')
  await page.reload()
  await page.getByText('this one').waitFor()
})

test('an account is deleted with its password, and the page is a stranger again', needsBrowser, async (t) => {
  const { page, email } = await openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/me/ })
  await button(page, 'Delete your account').click()
  await page.getByLabel('Your password', { exact: true }).fill('not my password')
  await button(page, 'Delete for ever').click()
  await page.getByText('Current password is incorrect').waitFor()
  await page.getByLabel('Your password', { exact: true }).fill(password)
  await button(page, 'Delete for ever').click()
  await page.waitForURL(`${product.url}/`)
  await page.getByText('Your account is deleted.').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  assert.equal((await send('POST', '/auth/login', { body: { email, password } })).status, 401)
})

test('an administrator reads the audit log, page by page; others do not see it', needsBrowser, async (t) => {
  const { page, email } = await openSignedIn(t, '/account', { expected: /status of 401/ })
  await page.getByText('this one').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Audit log' }).count(), 0)
  const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
  const env = { ...process.env, DATA_DIR: product.dataDir, CRYPTOFLOW_MODE: 'demo' }
  const child = spawn(process.execPath, [main, 'user', 'role', email, 'administrator'], { env, stdio: 'ignore' })
  assert.deepEqual(await once(child, 'exit'), [0, null])
  await page.reload()
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await fillIn(page, email)
  const log = page.getByRole('region', { name: 'Audit log' })
  await log.getByRole('cell', { name: 'Role changed' }).waitFor()
  await log.getByRole('button', { name: 'Older entries' }).click()
  await page.waitForURL(/audit=2/)
  await log.getByText(/^2 of/).waitFor()
  await page.getByLabel('What is shown').selectOption('role_changed')
  await page.waitForURL(/action=role_changed/)
  await waitFor(async () => (await log.locator('tbody tr').count()) === 1, 'one entry')
  assert.match(await log.locator('tbody tr').innerText(), /role: administrator, by: command line/)
})

for (const [colorScheme, width] of [
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const)
  test(
    `no rule of accessibility is broken by the account's pages at ${width}, ${colorScheme}`,
    needsBrowser,
    async (t) => {
      const email = await createPerson()
      const viewport = { width, height: 844 }
      const page = await openPage(t, '/sign-in', { colorScheme, viewport, reducedMotion: 'reduce' })
      await page.evaluate(`localStorage.setItem('theme', '${colorScheme}')`)
      const check = async (what: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html])
        assert.deepEqual(found, [], what)
        const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
        assert.equal(scrolls, false, `${what} scrolls sideways`)
      }
      await page.goto(`${product.url}/register`)
      await page.getByLabel('Password', { exact: true }).fill('12345678')
      await button(page, 'Register').click()
      await page.getByText('Enter your email.').waitFor()
      await check('/register')
      await page.goto(`${product.url}/sign-in?next=/account`)
      await check('/sign-in')
      await fillIn(page, email)
      await page.waitForURL(`${product.url}/account`)
      await page.getByText('this one').waitFor()
      await button(page, 'Delete your account').click()
      await check('/account')
      await page.goto(`${product.url}/market`)
      await star(page, 'Bitcoin').click()
      await page.getByRole('radio', { name: 'Watchlist' }).click()
      await page.waitForURL(/list=watchlist/)
      await page.locator('tbody tr').first().waitFor()
      await check('/market?list=watchlist')
      await page.goto(`${product.url}/`)
      await page.getByRole('region', { name: 'Watchlist' }).getByText('Bitcoin').waitFor()
      await check('/')
    },
  )

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSessions } from '../../contract/accounts.ts'
import { waitFor } from '../wait.ts'
import { button, fillIn, menu, needsBrowser, password, Stage } from './stage.ts'

const stage = new Stage()

test('one registers, signs out, and signs in again; the password never leaves its form', needsBrowser, async (t) => {
  const page = await stage.openPage(t, '/')
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
  await button(page, 'Show password').click()
  assert.equal(await field.getAttribute('type'), 'text')
  await button(page, 'Register').click()
  await page.waitForURL(`${stage.url}/`)
  await menu(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('**/sign-in')
  assert.equal(await page.getByLabel('Email').getAttribute('autocomplete'), 'username')
  await fillIn(page, 'ada@example.org')
  await page.waitForURL(`${stage.url}/`)
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
  const email = await stage.createPerson()
  const page = await stage.openPage(t, '/register', { expected: /status of (401|409|422) .*\/auth\/(register|login)$/ })
  await button(page, 'Register').click()
  await page.getByText('Enter your email.').waitFor()
  await page.getByLabel('Email').fill(email)
  const field = page.getByLabel('Password', { exact: true })
  await field.fill('football123')
  await field.fill('password1')
  await button(page, 'Register').click()
  await page.getByText(/This password is among the first/).waitFor()
  assert.equal(await page.getByTestId('strength').getAttribute('data-score'), '0')
  assert.equal(await page.evaluate<string>('document.activeElement.name'), 'password')
  await field.fill(password)
  await page.getByText(/This password is among the first/).waitFor({ state: 'detached' })
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
  await page.waitForURL(`${stage.url}/`)
})

test('a page that needs a sign-in leads to it and back, and no address leads elsewhere', needsBrowser, async (t) => {
  const email = await stage.createPerson()
  const page = await stage.openPage(t, '/account')
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await fillIn(page, email)
  await page.waitForURL(`${stage.url}/account`)
  assert.match(await page.getByTestId('who').innerText(), new RegExp(email))
  for (const next of [
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/.//elsewhere.example',
  ]) {
    await page.goto(`${stage.url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.waitForURL(`${stage.url}/`)
  }
})

test('a session that ends elsewhere leads to the sign-in and back', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 401/ })
  const token = (await stage.send('POST', '/auth/login', { body: { email, password } })).body.access_token
  await page.reload()
  await page.getByText('this one').waitFor()
  await waitFor(async () => (await page.getByRole('button', { name: /^End/ }).count()) >= 1, 'two sessions')
  const { items } = await stage.getJson<AccountSessions>('/api/v1/auth/sessions', token)
  const own = items.find(({ is_current }) => !is_current)
  assert.equal((await stage.send('DELETE', `/auth/sessions/${own?.id}`, { token })).status, 204)
  await page.getByRole('button', { name: /^End the session/ }).click()
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await page.getByText('Your session has ended').waitFor()
  await fillIn(page, email)
  await page.waitForURL(`${stage.url}/account`)
})

test('sessions are ended from here, and another password ends all others', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/password/ })
  const login = async (secret = password) =>
    (await stage.send('POST', '/auth/login', { body: { email, password: secret } })).body
  const isIn = async (token: string) => (await stage.send('GET', '/auth/me', { token })).status === 200
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
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/me/ })
  await button(page, 'Delete your account').click()
  await page.getByLabel('Your password', { exact: true }).fill('not my password')
  await button(page, 'Delete for ever').click()
  await page.getByText('Current password is incorrect').waitFor()
  await page.getByLabel('Your password', { exact: true }).fill(password)
  await button(page, 'Delete for ever').click()
  await page.waitForURL(`${stage.url}/`)
  await page.getByText('Your account is deleted.').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  assert.equal((await stage.send('POST', '/auth/login', { body: { email, password } })).status, 401)
})

test('an administrator reads the audit log, page by page; others do not see it', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 401/ })
  await page.getByText('this one').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Audit log' }).count(), 0)
  await stage.command(['user', 'role', email, 'administrator'])
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
  assert.match(await log.locator('tbody tr').innerText(), /by: command line, role: administrator/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSessions } from '../../contract/accounts.ts'
import { waitFor } from '../wait.ts'
import { button, fillIn, menu, needsBrowser, password, Stage } from './stage.ts'

const stage = new Stage()

test('registers, signs out and signs in again; the page keeps neither password nor token', needsBrowser, async (t) => {
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
  assert.doesNotMatch(kept, /cryptoflow_session|[\w-]{43}|lake/)
  await page.reload()
  await menu(page).click()
  await page.getByText('Ada Lovelace').waitFor()
})

test('shows the errors of the server beside their fields', needsBrowser, async (t) => {
  const email = await stage.createPerson()
  const page = await stage.openPage(t, '/register', { expected: /status of (401|409|422) .*\/auth\/(register|login)$/ })
  await button(page, 'Register').click()
  await page.getByText('Enter your email.').waitFor()
  await page.getByLabel('Email').fill(email)
  const field = page.getByLabel('Password', { exact: true })
  await field.fill('football123')
  await field.fill('password1')
  await button(page, 'Register').click()
  await page.getByText(/This password is too easy to guess/).waitFor()
  assert.equal(await page.getByTestId('strength').getAttribute('data-score'), '0')
  assert.equal(await page.evaluate<string>('document.activeElement.name'), 'password')
  await field.fill(password)
  await page.getByText(/This password is too easy to guess/).waitFor({ state: 'detached' })
  await button(page, 'Register').click()
  await page.getByText(/This email already has an account/).waitFor()
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

test(
  'a page that requires a session redirects to sign-in and back, and never to another site',
  needsBrowser,
  async (t) => {
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
  },
)

test('a session that ends elsewhere redirects to sign-in and back', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 401/ })
  const token = (await stage.send('POST', '/auth/login', { body: { email, password } })).body.access_token
  await page.reload()
  await page.getByText('this session').waitFor()
  await waitFor(
    async () => (await page.getByRole('button', { name: /^Sign out (?!here)/ }).count()) >= 1,
    'two sessions',
  )
  const { items } = await stage.getJson<AccountSessions>('/api/v1/auth/sessions', token)
  const own = items.find(({ is_current }) => !is_current)
  assert.equal((await stage.send('DELETE', `/auth/sessions/${own?.id}`, { token })).status, 204)
  await page.getByRole('button', { name: /^Sign out (?!here|all)/ }).click()
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await page.getByText('Your session has ended').waitFor()
  await fillIn(page, email)
  await page.waitForURL(`${stage.url}/account`)
})

test('signs out other sessions, and a new password ends all others', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/password/ })
  const login = async (secret = password) =>
    (await stage.send('POST', '/auth/login', { body: { email, password: secret } })).body
  const isIn = async (token: string) => (await stage.send('GET', '/auth/me', { token })).status === 200
  const tokens = [(await login()).access_token, (await login()).access_token]
  await page.reload()
  await page.getByRole('button', { name: 'Sign out all others' }).click()
  await waitFor(
    async () => (await page.getByRole('button', { name: /^Sign out (?!here)/ }).count()) === 0,
    'this session alone',
  )
  assert.deepEqual(await Promise.all(tokens.map(isIn)), [false, false])
  const third = (await login()).access_token
  await page.getByLabel('Current password').fill('not my password')
  await page.getByLabel('New password').fill('a better day at sea')
  await button(page, 'Change password').click()
  await page.getByText('Current password is incorrect').waitFor()
  await page.getByLabel('Current password').fill(password)
  await button(page, 'Change password').click()
  await page.getByText('Password changed').waitFor()
  assert.equal(await isIn(third), false)
  assert.equal((await login('a better day at sea')).token_type, 'bearer')
  await page.reload()
  await page.getByText('this session').waitFor()
})

test('deletes the account with its password, and the page is signed out', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 400 .*\/auth\/me/ })
  await button(page, 'Delete your account').click()
  await page.getByLabel('Your password', { exact: true }).fill('not my password')
  await button(page, 'Delete permanently').click()
  await page.getByText('Current password is incorrect').waitFor()
  await page.getByLabel('Your password', { exact: true }).fill(password)
  await button(page, 'Delete permanently').click()
  await page.waitForURL(`${stage.url}/`)
  await page.getByText('Account deleted.').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  assert.equal((await stage.send('POST', '/auth/login', { body: { email, password } })).status, 401)
})

test('administrators read the audit log, page by page; others do not see it', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/account', { expected: /status of 401/ })
  await page.getByText('this session').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Audit log' }).count(), 0)
  await stage.command(['user', 'role', email, 'administrator'])
  await page.reload()
  await page.waitForURL('**/sign-in?next=%2Faccount')
  await fillIn(page, email)
  const log = page.getByRole('region', { name: 'Audit log' })
  await log.getByRole('cell', { name: 'Role changed' }).first().waitFor()
  await log.getByRole('button', { name: 'Older entries' }).click()
  await page.waitForURL(/audit=2/)
  await log.getByText(/^2 of/).waitFor()
  await page.getByLabel('Action', { exact: true }).selectOption('role_changed')
  await page.waitForURL(/action=role_changed/)
  await waitFor(async () => {
    const actions = await log.locator('tbody tr').allInnerTexts()
    return actions.every((text) => text.includes('Role changed'))
  }, 'only changes of roles')
  const own = log.locator('tbody tr', { hasText: email })
  assert.match(await own.innerText(), /by: command line, role: administrator/)
})

test('creates an API key, shows it once and revokes it', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/account')
  const keys = page.getByRole('region', { name: 'API keys' })
  await keys.getByRole('button', { name: 'Create key' }).click()
  await keys.getByRole('button', { name: 'Create key' }).click()
  await keys.getByText('Name the key after the program that uses it.').waitFor()
  await keys.getByLabel('Name', { exact: true }).fill('Grafana')
  await keys.getByLabel('Bulk export').check()
  assert.equal(await keys.getByLabel('Read-only SQL').count(), 0)
  await keys.getByRole('button', { name: 'Create key' }).click()
  const key = await keys.getByLabel('API key').inputValue()
  const read = async () => (await fetch(`${stage.url}/api/v1/coins`, { headers: { 'x-api-key': key } })).status
  assert.deepEqual([key.length, await read()], [46, 200])
  await keys.getByRole('button', { name: 'Done' }).click()
  await keys.getByText('read, export').waitFor()
  assert.doesNotMatch(await page.content(), new RegExp(key))
  await keys.getByRole('button', { name: 'Revoke Grafana' }).click()
  await keys.getByRole('button', { name: 'Confirm: revoke Grafana' }).click()
  await keys.getByText('No keys.').waitFor()
  assert.equal(await read(), 401)
})

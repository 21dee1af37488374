import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitFor } from '../wait.ts'
import { findOverflow, findViolations } from './look.ts'
import { button, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

test(
  'creates an alert from the page of a coin, changes, snoozes, turns off and deletes it',
  needsBrowser,
  async (t) => {
    const { page } = await stage.openSignedIn(t, '/coins/bitcoin')
    await page.getByRole('link', { name: 'Alert me' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Price in USD').fill('9,000,000')
    await form.getByTestId('distance').getByText(/\d+%/).waitFor()
    assert.deepEqual(await findViolations(page), [])
    await button(page, 'Save').click()
    const rows = page.getByTestId('alerts').locator('tbody tr')
    await rows.getByText('Bitcoin price at or above $9,000,000').waitFor()
    await page.getByText('No alert has triggered yet.').waitFor()
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      assert.deepEqual(await findOverflow(page), [], `${width}`)
    }
    assert.deepEqual(await findViolations(page), [])

    await page.getByRole('button', { name: /^Edit: Bitcoin/ }).click()
    await form.getByLabel('Tell me about').selectOption('change')
    await form.getByLabel('At least, in %').fill('7.5')
    await form.getByLabel('Repeat').selectOption('rearm')
    await button(page, 'Save').click()
    await rows.getByText('Bitcoin rises 7.5% or more in 24 hours').waitFor()
    await rows.getByText('Re-arms by 1 point').waitFor()

    const choose = async (name: string) => {
      await page.getByRole('button', { name: /^More: Bitcoin/ }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    await choose('Snooze for 8 hours')
    await rows.getByText('Snoozed').last().waitFor()
    await choose('Turn off')
    await page.getByText('No active alerts.').waitFor()
    await page.getByRole('radio', { name: 'Ended 1' }).click()
    await choose('Delete')
    await page.getByText('No alerts yet').waitFor()
  },
)

test('a trigger comes to the history, and who is signed out is asked to sign in', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/alerts')
  await button(page, 'New alert').click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Coin', { exact: true }).fill('bitcoin')
  await form.locator('li button').first().click()
  await form.getByLabel('Price in USD').fill('0.01')
  await button(page, 'Save').click()
  await page.getByTestId('alert-history').getByText('Bitcoin price at or above $0.01').waitFor()
  await waitFor(async () => (await page.getByText('Ended 1').count()) === 1, 'the alert has ended')
  const visitor = await stage.openPage(t, '/alerts?coin=bitcoin')
  assert.match(visitor.url(), /\/sign-in\?next=%2Falerts%3Fcoin%3Dbitcoin$/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { waitFor } from '../wait.ts'
import { findOverflow, findViolations } from './look.ts'
import { button, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

async function addTransaction(page: Page, { coin, ...fields }: Record<string, string>): Promise<void> {
  await page.getByLabel('Coin', { exact: true }).fill(coin ?? '')
  await page.locator('form li button').first().click()
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
  await button(page, 'Save').click()
}

test('adds, values, changes, shares and deletes transactions', needsBrowser, async (t) => {
  const { page } = await stage.openSignedIn(t, '/portfolio')
  await button(page, 'Add first transaction').click()
  await addTransaction(page, { coin: 'bitcoin', Quantity: '0.5', 'Amount in USD': '42000', 'Fee in USD': '10' })
  const totals = page.getByTestId('totals')
  await totals.getByText('$21,010.00').waitFor()
  await button(page, 'Add transaction').click()
  await addTransaction(page, { coin: 'ethereum', Quantity: '8', 'Amount in USD': '' })
  const holdings = page.getByTestId('holdings').locator('tbody tr')
  await waitFor(async () => (await holdings.count()) === 2, 'two holdings')
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    assert.deepEqual(await findOverflow(page), [], `${width}`)
  }
  assert.deepEqual(await findViolations(page), [])

  const trades = page.getByTestId('rebalancing').locator('tbody tr')
  await page.getByLabel('Target of Bitcoin in percent').fill('60')
  await page.getByLabel('Target of Ethereum in percent').fill('50')
  await page.getByText('Lower them to 100% in all.').waitFor()
  await page.getByLabel('Target of Ethereum in percent').fill('30')
  await button(page, 'Save targets').click()
  await page.getByText('Targets saved.').waitFor()
  await page.reload()
  await page.getByText('The rest of 10.00% is cash.').waitFor()
  assert.match(
    (await trades.first().innerText()).replaceAll(/\s+/g, ' '),
    /^Bitcoin 7\d\.\d\d% % \+1\d\.\d\d pp Sell \$/,
  )
  assert.match(await page.getByTestId('risk').innerText(), /Correlation with Bitcoin\s+0\.9\d/)

  await button(page, 'Currency: USD').click()
  await page.getByRole('menuitemradio', { name: /Bitcoin/ }).click()
  await totals.getByText(/^₿0\.6/).waitFor()
  assert.match(await holdings.first().innerText(), /Bitcoin.*₿1\.0+\s+0\.5\s+₿0\.50*\s/s)
  await button(page, 'Currency: BTC').click()
  await page.getByRole('menuitemradio', { name: /US dollar/ }).click()

  await page.getByRole('button', { name: /^Edit: Buy of Bitcoin/ }).click()
  await page.getByLabel('Quantity', { exact: true }).fill('1')
  await button(page, 'Save').click()
  await page.getByTestId('transactions').getByText('1', { exact: true }).waitFor()

  await button(page, 'Portfolio menu').click()
  await page.getByRole('menuitem', { name: 'Share link' }).click()
  await button(page, 'Create link').click()
  const link = await page.locator('dialog code').innerText()
  const visitor = await stage.openPage(t, new URL(link).pathname)
  await visitor.getByText('Hidden').waitFor()
  assert.deepEqual(await findOverflow(visitor), [])
  await page.keyboard.press('Escape')

  const remove = page.getByRole('button', { name: /Buy of Ethereum/ }).last()
  await remove.click()
  await remove.click()
  await waitFor(async () => (await holdings.count()) === 1, 'one holding')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOverflow, findViolations } from './look.ts'
import { button, fillIn, needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()

test('administrators run SQL with completion, errors and CSV; others are told how', needsBrowser, async (t) => {
  const { page, email } = await stage.openSignedIn(t, '/sql', { expected: /status of (401|422)/ })
  await page.getByText('Only administrators run SQL here.').waitFor()
  await stage.command(['user', 'role', email, 'administrator'])
  await page.goto(`${stage.url}/sql`)
  await page.waitForURL('**/sign-in?next=%2Fsql')
  await fillIn(page, email)
  const editor = page.getByLabel('SQL statement')
  await page.getByText('market.coins', { exact: true }).first().waitFor()
  await editor.fill('select coingecko_id, 1 as n from market.coi')
  await button(page, 'market.coins').waitFor()
  await editor.press('Control+Space')
  assert.equal(await editor.inputValue(), 'select coingecko_id, 1 as n from market.coins')
  await editor.press('End')
  await editor.pressSequentially(" where coingecko_id = 'bitcoin'")
  await editor.press('Control+Enter')
  const result = page.getByRole('region', { name: 'Result', exact: true })
  await result.getByRole('cell', { name: 'bitcoin' }).waitFor()
  await result.getByText(/^1 rows? in/).waitFor()
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'CSV').click()])
  assert.equal(String(await readDownload(file)), 'coingecko_id,n\r\nbitcoin,1\r\n')
  assert.deepEqual(await findViolations(page), [])
  await editor.fill('delete from public.users')
  await button(page, 'Run').click()
  await page
    .getByRole('alert')
    .getByText(/SQL error/)
    .waitFor()
  for (const width of [1440, 768, 360]) {
    await page.setViewportSize({ width, height: 800 })
    assert.deepEqual(await findOverflow(page), [], `${width}`)
  }
})

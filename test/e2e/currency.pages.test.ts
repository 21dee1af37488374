import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinList } from '../../contract/coins.ts'
import { formatAmount } from '../../web/lib/format.ts'
import { parseAmount } from '../../web/pages/coins/[id]/converter.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()
const { openPage, readBeside } = stage

test('shows prices, amounts and changes in the chosen currency, from the first byte on', needsBrowser, async (t) => {
  const page = await openPage(t, '/market')
  await becomesLive(page)
  const choose = async (from: string, to: string) => {
    await page.getByRole('button', { name: `Currency: ${from}` }).click()
    await page.getByRole('menuitemradio', { name: to }).click()
  }
  const row = page.locator('tbody tr').first()
  await choose('USD', '€ Euro')
  await waitFor(async () => (await row.innerText()).includes('€'), 'euros')
  const [{ items }, text] = await readBeside<CoinList, string>('/api/v1/coins?per_page=1&vs_currency=eur', () =>
    row.innerText(),
  )
  assert.ok(text.includes(formatAmount(items[0]?.total_volume ?? null, 'eur')), text)
  assert.doesNotMatch(text, /\$/)
  assert.match(await page.getByTestId('rate').innerText(), /^1 EUR = \$1\.\d+ at .* UTC|^1 EUR = \$1\.\d+ at /)
  await choose('EUR', '₿ Bitcoin')
  await waitFor(async () => (await row.innerText()).includes('₿1.0000'), 'bitcoin is worth 1 BTC')
  await page.goto(`${stage.url}/coins/bitcoin`)
  await becomesLive(page)
  assert.match(await page.title(), /^₿1\.0000 · Bitcoin/)
  assert.equal(await page.getByTestId('price').innerText(), '₿1.0000')
  const served = async (cookie: string) => (await fetch(`${stage.url}/market`, { headers: { cookie } })).text()
  assert.match(await served('cryptoflow_currency=jpy'), /¥\d{1,3}(,\d{3})+</)
  assert.doesNotMatch(await served('cryptoflow_currency=shells'), /[¥€]\d/)
})

test('converts both ways by keyboard, and tells about the coin', needsBrowser, async (t) => {
  const page = await openPage(t, '/coins/bitcoin')
  await becomesLive(page)
  const converter = page.getByTestId('converter')
  const [coin, currency] = [converter.getByLabel('BTC'), converter.getByLabel('USD')]
  const one = parseAmount(await currency.inputValue()) ?? 0
  await coin.focus()
  await page.keyboard.type('2')
  const two = parseAmount(await currency.inputValue()) ?? 0
  assert.ok(Math.abs(two / one - 2) < 0.05, `${one} ${two}`)
  await page.keyboard.press('Tab')
  await page.keyboard.type('1,000')
  const coins = parseAmount(await coin.inputValue()) ?? 0
  assert.ok(Math.abs((coins * one) / 1000 - 1) < 0.05, `${one} ${coins}`)
  await page.keyboard.type('x')
  assert.deepEqual([await coin.inputValue(), await currency.getAttribute('aria-invalid')], ['', 'true'])
  const about = page.getByTestId('about')
  await about.scrollIntoViewIfNeeded()
  await about.getByText('simulated coin of the demo market').waitFor()
  assert.equal(await about.getByRole('link', { name: 'Website' }).getAttribute('href'), 'https://example.com/bitcoin')
  await about.getByRole('cell', { name: 'Binance' }).first().waitFor()
})

test('keeps the page and offers to retry while the server is down', needsBrowser, async (t) => {
  const page = await openPage(t, '/market', { expected: /ERR_FAILED|ERR_INTERNET|WebSocket|Failed to fetch/ })
  await becomesLive(page)
  let isDown = true
  await page.routeWebSocket(/ws\/prices/, (socket) => (isDown ? socket.close() : socket.connectToServer()))
  await page.route('**/livez', (route) => (isDown ? route.abort() : route.continue()))
  await page.reload()
  await becomesLive(page)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quality' }).click()
  const toast = page.getByTestId('toast')
  await toast.getByText("Can't reach the server").waitFor()
  assert.equal(new URL(page.url()).pathname, '/market')
  isDown = false
  await toast.getByRole('button', { name: 'Retry' }).click()
  await page.waitForURL('**/quality')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RiskTable, Rolling } from '../../contract/analytics.ts'
import { formatFraction, formatRatio } from '../../web/lib/format.ts'
import { waitFor } from '../wait.ts'
import { needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

test('shows rolling figures of a chosen pair, by keyboard too', needsBrowser, async (t) => {
  const page = await stage.openPage(t, '/analytics?coin=solana&versus=ethereum')
  await page.getByTestId('return').scrollIntoViewIfNeeded()
  const reading = page.getByTestId('rolling-reading')
  await reading.waitFor()
  const { points } = await stage.getJson<Rolling>('/api/v1/analytics/rolling?coin=solana&versus=ethereum')
  const reads = (text: string) => waitFor(async () => (await reading.innerText()).startsWith(text), text)
  const toText = (back: number, field: 'correlation' | 'beta') => {
    const point = points.at(-1 - back)
    return `${point?.date}: ${formatRatio(point?.[field] ?? null)}`
  }
  await reads(`${toText(0, 'correlation')} (95% ${formatRatio(points.at(-1)?.correlation_low ?? null)} to`)
  const slider = page.getByRole('slider', { name: /^Rolling correlation/ })
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  await reads(toText(1, 'correlation'))
  await page.getByRole('radio', { name: 'Beta' }).click()
  await page.waitForURL(/metric=beta/)
  await reads(toText(1, 'beta'))
})

test('the risk table follows the window, benchmark and returns of the URL', needsBrowser, async (t) => {
  const page = await stage.openPage(t, '/analytics?benchmark=ethereum')
  await page.getByTestId('return').scrollIntoViewIfNeeded()
  const panel = page.getByRole('region', { name: 'Risk table' })
  await panel.getByRole('switch', { name: 'Log returns' }).click()
  await page.waitForURL(/returns=log/)
  const query = 'benchmark=ethereum&returns=log&period_days=90&exclude_stablecoins=true&exclude_wrapped=true'
  const { coins, from, to } = await stage.getJson<RiskTable>(`/api/v1/analytics/risk?${query}`)
  await panel.getByText(`${from} to ${to}, 90 closed UTC days. Log daily returns against Ethereum.`).waitFor()
  const rows = (await panel.locator('tbody tr').allInnerTexts()).map((row) =>
    row.split('\t').map((cell) => cell.trim()),
  )
  assert.deepEqual(
    rows.map((cells) => [cells[0], cells[6], cells[7]]),
    coins.map(({ name, expected_shortfall_95, beta }) => [
      name,
      formatFraction(expected_shortfall_95, 2),
      formatRatio(beta),
    ]),
  )
})

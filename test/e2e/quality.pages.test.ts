import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckHistory, CheckMethod, QualityHours, TableQuality } from '../../contract/quality.ts'
import { toCheckName } from '../../web/pages/quality/quality-names.ts'
import { waitFor } from '../wait.ts'
import { getHealth, isFocused, openPage, readRows, stage } from './failing-market.ts'
import { needsBrowser } from './stage.ts'

const { getJson } = stage

test('lists open incidents, and shows no score of 100% while a check fails', needsBrowser, async (t) => {
  const page = await openPage(t, '/quality', { javaScriptEnabled: false })
  const tables = await getJson<TableQuality[]>('/api/v1/quality/summary')
  const open = tables.flatMap(({ incidents }) => incidents)
  assert.ok(open.some(({ check_name }) => check_name === 'ingest_runs'))
  assert.ok(open.some(({ check_name }) => check_name === 'tracked_universe'))
  const incidents = await page.getByTestId('incidents').locator('> li').allInnerTexts()
  assert.equal(incidents.length, open.length)
  assert.match(incidents[0] ?? '', /Ingest runs[\s\S]*\d runs[\s\S]*Critical/)
  const scores = await page.getByTestId('scores').locator('> li').allInnerTexts()
  assert.equal(scores.length, tables.length)
  for (const [index, { score, passed, total_checks, table_name }] of tables.entries()) {
    const text = scores[index] ?? ''
    assert.ok(text.includes(`${score === 100 ? '100' : score.toFixed(1)}%`), text)
    assert.ok(text.includes(`${passed} of ${total_checks} passed`), text)
    assert.equal(/(^|\s)100%/.test(text), passed === total_checks, text)
    if (table_name === 'dim_coin') assert.match(text, /Lowered by[\s\S]*Tracked universe/)
  }
})

test('shows the results of the API in the matrix, and opens them by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/quality')
  const { checks, from } = await getJson<QualityHours>('/api/v1/quality/hours')
  const matrix = page.getByTestId('matrix')
  assert.equal(await matrix.locator('button').count(), checks.length * 24)
  for (const { check_name, hours } of checks) {
    const name = toCheckName(check_name)
    const cells = matrix.getByRole('row', { name: new RegExp(`^${name}`, 'i') }).locator('button')
    const known = Array.from({ length: 24 }, (_, index) => {
      const hour = Date.parse(from) + index * 3_600_000
      return hours.find((each) => Date.parse(each.hour) === hour)?.status ?? 'none'
    })
    const shown = await Promise.all((await cells.all()).map((cell) => cell.getAttribute('data-status')))
    assert.deepEqual(shown, known, check_name)
  }
  const failing = matrix.getByRole('button', { name: /^Tracked universe.*failed/ }).last()
  await matrix.locator('[tabindex="0"]').focus()
  for (let steps = 0; steps < checks.length; steps += 1) {
    if (await isFocused(failing)) break
    await page.keyboard.press('ArrowDown')
  }
  assert.match(await page.getByTestId('matrix-reading').innerText(), /^Tracked universe, .*: failed/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/check=tracked_universe/)
  const drawer = page.getByRole('dialog')
  await drawer.getByTestId('check').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.search.includes('check='))
  await waitFor(() => isFocused(failing), 'the focus back in place')
})

test('shows result, failing rows, method and history of a check', needsBrowser, async (t) => {
  const { method, results } = await getJson<CheckHistory>('/api/v1/quality/checks/tracked_universe/history')
  const failed = results.findLast(({ status }) => status === 'failed')
  assert.ok(failed)
  const samples = failed.details.samples as { coingecko_id: string }[]
  const page = await openPage(t, `/quality?check=tracked_universe&result=${failed.id}`)
  const drawer = page.getByRole('dialog')
  await drawer.getByText(method.question).waitFor()
  const result = await drawer.getByTestId('result').innerText()
  assert.match(result, /Failed/)
  const observed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }).format(failed.observed ?? Number.NaN)
  assert.ok(result.includes(`${observed}${method.unit}`), result)
  assert.ok(result.includes('Warning above 1, failed above 10'), result)
  const linked = await drawer.getByTestId('samples').getByRole('link').allInnerTexts()
  assert.deepEqual(
    linked,
    samples.map(({ coingecko_id }) => coingecko_id),
  )
  const sql = await drawer.getByTestId('method').locator('pre').innerText()
  assert.equal(sql.replaceAll(/\s+/g, ' '), method.sql)
  assert.equal((await readRows(page, 'results')).length, Math.min(30, results.length))
  await drawer.getByTestId('results').getByRole('link').last().click()
  await page.waitForURL((url) => !url.search.includes(`result=${failed.id}`))
  await page.goBack()
  await page.waitForURL(new RegExp(`result=${failed.id}`))
  await drawer.getByRole('radio', { name: '7d' }).click()
  await page.waitForURL(/hours=168/)
  await page.goto(`${stage.url}/quality?check=tracked_universe&result=${failed.id}`)
  await drawer.getByTestId('samples').getByRole('link').first().click()
  await page.waitForURL(`**/coins/${samples[0]?.coingecko_id}`)
})

test('lists every check and schedule of the API in How it works', needsBrowser, async (t) => {
  const page = await openPage(t, '/how-it-works', { javaScriptEnabled: false })
  const methods = await getJson<CheckMethod[]>('/api/v1/quality/methods')
  const text = await page.locator('main').innerText()
  for (const { question } of methods) assert.ok(text.includes(question), question)
  for (const { schedule } of await getHealth()) assert.ok(text.includes(String(schedule)), String(schedule))
  assert.match(await (await fetch(`${stage.url}/api/readme`)).text(), /^# CryptoFlow/)
  for (const path of ['/api/docs', '/api/readme', '/metrics'])
    assert.equal(await page.locator(`main a[href="${path}"]`).count(), 1, path)
})

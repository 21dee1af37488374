import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lineage } from '../../contract/lineage.ts'
import type { RunDetail } from '../../contract/pipeline.ts'
import { waitFor } from '../wait.ts'
import { becomesLive, button, needsBrowser, readDownload, Stage } from './stage.ts'

const stage = new Stage()
const { getJson } = stage

test(
  'shows the requests of a run on its page, filters its log, and downloads what is shown',
  needsBrowser,
  async (t) => {
    const page = await stage.openPage(t, '/pipeline?job=backfill_history&status=success', {
      expected: /404 .*runs\/99999999/,
    })
    await becomesLive(page)
    await page
      .getByRole('link', { name: /^Page of run/ })
      .first()
      .click()
    await page.waitForURL(/\/pipeline\/runs\/\d+$/)
    const id = Number(page.url().split('/').at(-1))
    const run = await getJson<RunDetail>(`/api/v1/pipeline/runs/${id}`)
    await page.getByRole('heading', { name: `Run ${id}` }).waitFor()
    assert.ok(run.requests.length > 0)
    const requests = (await page.getByTestId('requests').locator('tbody tr').allInnerTexts()).map((row) =>
      row.split('\t'),
    )
    assert.deepEqual(
      requests.map((cells) => [cells[0]?.trim(), cells[2]?.trim(), Number.parseInt(cells[3] ?? '', 10)]),
      run.requests.map(({ number, endpoint, status }) => [String(number), endpoint, status]),
    )
    const lines = page.getByTestId('log').locator('li')
    assert.equal(await lines.count(), run.log.length)
    await page.getByLabel('Filter by text').fill('BITCOIN ')
    const shown = run.log.filter((line) => JSON.stringify(Object.values(line)).includes('bitcoin'))
    assert.ok(shown.length > 0 && shown.length < run.log.length)
    await waitFor(async () => (await lines.count()) === shown.length, 'the lines of Bitcoin')
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Download log').click()])
    assert.equal(file.suggestedFilename(), `cryptoflow-run-${id}.log`)
    assert.match(String(await readDownload(file)), /^\S+ info {2}history of a coin is complete coin bitcoin .*\n/)
    await page.getByLabel('Filter by level').selectOption('error')
    await page.getByText('No matching lines.').waitFor()
    await page.goto(`${stage.url}/pipeline/runs/99999999`)
    await page.getByText('Run 99999999 not found').waitFor()
  },
)

test('links sources, tables and pages with their checks', needsBrowser, async (t) => {
  const page = await stage.openPage(t, '/pipeline', { javaScriptEnabled: false })
  const { nodes } = await getJson<Lineage>('/api/v1/pipeline/lineage')
  const items = page.getByTestId('lineage').getByRole('listitem')
  assert.equal(await items.count(), nodes.length)
  const texts = await items.allInnerTexts()
  for (const [index, { checks, inputs, jobs }] of nodes.entries()) {
    const text = (texts[index] ?? '').replaceAll(/\s+/g, ' ')
    const failed = checks.failed + checks.errors
    if (failed > 0) assert.match(text, new RegExp(`${failed} of \\d+ checks failed`))
    assert.equal(text.includes('From '), inputs.length > 0, text)
    assert.equal(await items.nth(index).getByRole('link').count(), 1 + jobs.length)
  }
})

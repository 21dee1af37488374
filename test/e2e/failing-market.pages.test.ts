import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamReport } from '../../contract/live.ts'
import type { RunDetail, RunList, Timeline } from '../../contract/pipeline.ts'
import type { CheckHistory, CheckMethod, QualityHours, TableQuality } from '../../contract/quality.ts'
import { formatMoment } from '../../web/lib/format.ts'
import { toCheckName } from '../../web/pages/quality/quality-names.ts'
import { waitFor } from '../wait.ts'
import { getHealth, isFocused, openPage, readRows, stage } from './failing-market.ts'
import { button, fillIn, needsBrowser, password } from './stage.ts'

const { getJson } = stage

test('renders the jobs, timeline and runs of the API without JavaScript', needsBrowser, async (t) => {
  const page = await openPage(t, '/pipeline', { javaScriptEnabled: false })
  const [health, timeline, list] = [
    await getHealth(),
    await getJson<Timeline>('/api/v1/pipeline/timeline'),
    await getJson<RunList>('/api/v1/pipeline/runs'),
  ]
  const jobs = await readRows(page, 'jobs')
  assert.equal(jobs.length, health.length)
  for (const [index, { state, last_run_time, next_run_at }] of health.entries()) {
    const row = jobs[index]?.join(' ') ?? ''
    assert.match(
      row,
      { healthy: /Healthy/, failing: /Failing/, late: /Late/, never_run: /Never run/, paused: /Paused/ }[state],
    )
    for (const at of [last_run_time, next_run_at]) assert.ok(row.includes(String(at).slice(11, 16)), `${row}, ${at}`)
  }
  assert.match(jobs[0]?.join(' ') ?? '', /Market snapshot.*503/)
  const drawn = await page.getByTestId('timeline').locator('rect[data-run]').count()
  assert.equal(drawn, timeline.runs.filter(({ start_time }) => start_time >= timeline.from).length)
  for (const { id, job_id, status } of timeline.runs) {
    const height = await page.getByTestId('timeline').locator(`rect[data-run="${id}"]`).getAttribute('height')
    if (status === 'failed') assert.equal(height, '24', `${job_id} ${id}`)
    else assert.ok(Number(height) <= 12, `${job_id} ${id}`)
  }
  const runs = await readRows(page, 'runs')
  assert.deepEqual(
    runs.map(([id]) => Number.parseInt(id ?? '', 10)),
    list.items.map(({ id }) => id),
  )
  for (const [index, { records_processed, status }] of list.items.entries()) {
    assert.equal(runs[index]?.[7], records_processed === null ? '–' : records_processed.toLocaleString('en-US'))
    assert.equal(runs[index]?.[2]?.toLowerCase(), status)
  }
})

test('shows times in UTC in every time zone', needsBrowser, async (t) => {
  const page = await openPage(t, '/pipeline')
  const { items } = await getJson<RunList>('/api/v1/pipeline/runs')
  const newest = items[0]
  assert.ok(newest)
  const time = page.getByTestId('runs').locator('tbody time').first()
  await page.waitForLoadState('load')
  assert.equal(await time.innerText(), formatMoment(newest.start_time, 'second'))
  assert.equal(await time.getAttribute('title'), `${newest.start_time.slice(0, 19).replace('T', ' ')} UTC`)
})

test('keeps the filters of the runs in the URL across reload and back', needsBrowser, async (t) => {
  const page = await openPage(t, '/pipeline')
  const total = async (query: string) => (await getJson<RunList>(`/api/v1/pipeline/runs${query}`)).total
  const shownRuns = async () => [...new Set((await readRows(page, 'runs')).map((row) => `${row[1]} ${row[2]}`))]
  await page.getByLabel('Filter by status').selectOption('failed')
  await page.waitForURL(/status=failed/)
  await waitFor(async () => (await shownRuns()).join() === 'Market snapshot Failed', 'failed runs alone')
  assert.equal((await readRows(page, 'runs')).length, await total('?status=failed'))
  await page.getByLabel('Filter by job').selectOption('transform_aggregates')
  await page.getByText('No matching runs').waitFor()
  await page.goBack()
  await waitFor(async () => (await shownRuns()).join() === 'Market snapshot Failed', 'failed runs again')
  await page.reload()
  assert.equal((await shownRuns()).join(), 'Market snapshot Failed')
  await page.goBack()
  await waitFor(async () => (await shownRuns()).length > 1, 'all runs again')
  await page.goto(`${stage.url}/pipeline?job=odd&status=odd&page=-3&run=x`)
  await waitFor(async () => (await shownRuns()).length > 1, 'defaults for invalid parameters')
  await page.goto(`${stage.url}/pipeline?page=900`)
  await page.getByRole('button', { name: 'Go to first page' }).click()
  await waitFor(async () => (await shownRuns()).length > 1, 'the first page')
})

test('opens and closes a failed run by keyboard', needsBrowser, async (t) => {
  const page = await openPage(t, '/pipeline', { expected: /404 .*\/runs\/99999999$/ })
  const { runs } = await getJson<Timeline>('/api/v1/pipeline/timeline')
  const failed = runs.findLast(({ status }) => status === 'failed')
  assert.ok(failed)
  await page.locator(`rect[data-run="${failed.id}"]`).waitFor({ state: 'attached' })
  const lane = page.getByRole('slider', { name: /^Runs of Market snapshot/ })
  await lane.focus()
  await waitFor(
    async () => (await lane.getAttribute('aria-valuetext'))?.startsWith(`Run ${failed.id}, failed`),
    'the run',
  )
  await page.keyboard.press('ArrowLeft')
  await waitFor(
    async () => !(await lane.getAttribute('aria-valuetext'))?.includes(`Run ${failed.id},`),
    'the run before',
  )
  await page.keyboard.press('End')
  assert.match(await page.getByTestId('timeline-reading').innerText(), new RegExp(`Run ${failed.id}, failed`))
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`run=${failed.id}`))
  const drawer = page.getByRole('dialog')
  const detail = await getJson<RunDetail>(`/api/v1/pipeline/runs/${failed.id}`)
  await drawer.getByTestId('log').waitFor()
  const text = await drawer.innerText()
  for (const words of [
    `Run ${failed.id}`,
    String(detail.error),
    'Manual',
    ...detail.log.map(({ message }) => String(message)),
  ])
    assert.ok(text.includes(words), words)
  assert.equal(await drawer.getByTestId('log').locator('li').count(), detail.log.length)
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.search.includes('run='))
  await waitFor(() => isFocused(lane), 'the focus back in place')
  await page.goBack()
  await drawer.getByTestId('log').waitFor()
  await page.goto(`${stage.url}/pipeline?run=99999999`)
  await page.getByText('Run 99999999 not found').waitFor()
})

test('updates source, clients and rejected prices of the stream', needsBrowser, async (t) => {
  const page = await openPage(t, '/pipeline')
  const strip = page.getByTestId('stream')
  const report = await getJson<StreamReport>('/api/v1/ws/status')
  assert.equal(report.source, 'coincap')
  await waitFor(async () => (await strip.innerText()).includes('CoinCap'), 'the source')
  const clients = async () => /Connected clients\s+(\d+)/.exec(await strip.innerText())?.[1]
  await waitFor(async () => (await clients()) === '1', 'one client')
  await openPage(t, '/')
  await waitFor(async () => (await clients()) === '2', 'two clients')
  stage.simulator.faults.set([...stage.simulator.faults.list(), { kind: 'stream_drop' }])
  await waitFor(
    async () => (await page.getByText('Disconnected', { exact: true }).count()) === 1,
    'a disconnect',
    30_000,
  )
  stage.simulator.faults.set(stage.simulator.faults.list().filter(({ kind }) => kind !== 'stream_drop'))
  await waitFor(
    async () => (await page.getByText('Streaming', { exact: true }).count()) === 1,
    'a new connection',
    40_000,
  )
  assert.match(await page.getByTestId('rejected').first().innerText(), /No prices rejected|rejected: \d/)
})

test('loads a failed panel on retry', needsBrowser, async (t) => {
  const page = await openPage(t, '/quality')
  const { items } = await getJson<RunList>('/api/v1/pipeline/runs')
  await page.route('**/api/v1/pipeline/runs/*', (route) =>
    route.fulfill({ status: 200, contentType: 'application/json', body: 'no json' }),
  )
  await page.goto(`${stage.url}/pipeline?run=${items[0]?.id}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).waitFor()
  await page.unroute('**/api/v1/pipeline/runs/*')
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('dialog').getByTestId('log').waitFor()
})

test('lets only administrators run and pause a job, and request history', needsBrowser, async (t) => {
  const { page: own } = await stage.openSignedIn(t, '/pipeline')
  await own.getByTestId('jobs').waitFor()
  assert.equal(await own.getByRole('button', { name: /^(Run now|Pause|Backfill)/ }).count(), 0)
  const email = 'admin@example.org'
  await stage.command(['user', 'create', email, '--admin'], `${password}\n`)
  const page = await openPage(t, '/sign-in?next=%2Fpipeline', { expected: /404 .*\/pipeline\/backfills$/ })
  await fillIn(page, email)
  await page.waitForURL(`${stage.url}/pipeline`)
  const newest = async () => (await getJson<RunList>('/api/v1/pipeline/runs?job_id=transform_aggregates')).items[0]
  const before = await newest()
  await button(page, 'Run now: Daily candles').click()
  const isCompleted = async () => {
    const latest = await newest()
    return latest !== undefined && latest.id !== before?.id && latest.status !== 'running'
  }
  await waitFor(isCompleted, 'a completed run', 30_000)
  const run = await newest()
  assert.deepEqual([run?.trigger, run?.status], ['manual', 'skipped'])
  const isShown = async () => (await readRows(page, 'runs')).some(([id]) => Number.parseInt(id ?? '', 10) === run?.id)
  await waitFor(isShown, 'the run on the page', 30_000)
  await button(page, 'Pause schedule: Analytics').click()
  const analytics = page.getByTestId('jobs').locator('tbody tr', { hasText: 'Analytics' })
  await analytics.getByText('Paused', { exact: true }).waitFor()
  await button(page, 'Resume schedule: Analytics').click()
  await analytics.getByText('Healthy').waitFor()
  await page.getByLabel('Coin (CoinGecko ID)').fill('no-such-coin')
  await button(page, 'Backfill').click()
  await page.getByText(/no-such-coin.*not found|not found.*no-such-coin/i).waitFor()
  await page.getByLabel('Coin (CoinGecko ID)').fill('bitcoin')
  await button(page, 'Backfill').click()
  await page.getByTestId('backfills').getByText('Done').waitFor()
})

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

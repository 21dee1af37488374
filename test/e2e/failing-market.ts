import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type { JobHealth } from '../../contract/pipeline.ts'
import { waitFor } from '../wait.ts'
import { type PageOptions, Stage } from './stage.ts'

const timezoneId = 'Asia/Kolkata'

/** A small market where one ingest lacked a third of the coins and the next three failed. */
export const stage = new Stage({
  coins: 8,
  settings: { COINGECKO_CALLS_PER_MINUTE: '6000', TRACKED_COINS: '8' },
  getReady: async () => {
    const isDone = async () =>
      (await getHealth()).every(({ last_success_at, is_running }) => last_success_at !== null && !is_running)
    await waitFor(isDone, 'a first run of every job', 100_000)
    await failIngests()
  },
})

export const getHealth = () => stage.getJson<JobHealth[]>('/api/v1/pipeline/health')

const runJob = (job: string): Promise<string> => stage.command(['job', 'run', job])

async function failIngests(): Promise<void> {
  stage.simulator.faults.set([{ kind: 'missing', path: '/coins/markets' }])
  assert.match(await runJob('ingest_market_data'), /success/)
  stage.simulator.faults.set([{ kind: 'server_error', value: 503, path: '/coins/markets' }])
  for (const _ of [1, 2, 3]) assert.match(await runJob('ingest_market_data'), /failed/)
  assert.match(await runJob('data_quality_checks'), /success/)
}

/** A page in a time zone other than UTC, once its scripts run. */
export async function openPage(t: TestContext, path: string, options: PageOptions = {}): Promise<Page> {
  const page = await stage.openPage(t, path, { timezoneId, locale: 'en-GB', ...options })
  if (options.javaScriptEnabled !== false) await page.getByTestId('live-indicator').waitFor({ state: 'attached' })
  return page
}

export const isFocused = async (part: Locator): Promise<boolean> =>
  (await part.and(part.page().locator(':focus')).count()) === 1

/** The texts of the cells of a table, row by row. */
export const readRows = async (page: Page, testId: string): Promise<string[][]> =>
  (await page.getByTestId(testId).locator('tbody tr').allInnerTexts()).map((row) =>
    row.split('\t').map((cell) => cell.trim().replaceAll(/\s+/g, ' ').replace(/^–.*/, '–')),
  )

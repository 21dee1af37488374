import { glob } from 'node:fs/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import type { JobHealth } from '../contract/pipeline.ts'
import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { noBrowser, serveBrowser } from './e2e/browser.ts'
import { startProduct } from './product.ts'
import { noRedis } from './redis.ts'
import { startTestServer } from './server.ts'
import { waitFor } from './wait.ts'

const slowFirst = ['test/e2e/', 'test/faults/']
/** What a file may take; one that is named may be a long run. */
const closers: (() => Promise<unknown>)[] = []
const withinMs = 150_000
const namedWithinMs = 2_400_000

/** Every test file but the long ones of single pages, or those named; the slow ones first, so that they do not run alone at the end. */
async function listFiles(named: string[]): Promise<string[]> {
  if (named.length > 0) return named
  const files: string[] = []
  const exclude = (name: string) => /(^|\/)(node_modules|\.next)$/.test(name)
  for await (const name of glob('{contract,server,simulator,web,test}/**/*.test.ts', { exclude }))
    if (!name.endsWith('.pages.test.ts')) files.push(name)
  const isSlow = (name: string) => slowFirst.some((folder) => name.startsWith(folder))
  return files.sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)) || a.localeCompare(b))
}

/** The web app, a browser, and a demo of 30 coins with all that pages show: once, for every browser test that only reads. */
async function startForBrowsers(files: string[]): Promise<void> {
  if (noBrowser || !files.some((name) => name.includes('e2e/'))) return
  if (await isBuildStale()) await buildWeb()
  const browser = await serveBrowser()
  closers.push(() => browser.close())
  const noLimits = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_COSTLY_PER_MINUTE: '0' }
  const product = await startProduct({ TRACKED_COINS: '30', ...noLimits })
  closers.push(() => product.stop())
  const isWhole = async () => {
    const health = (await (await fetch(`${product.url}/api/v1/pipeline/health`)).json()) as JobHealth[]
    return health.every(({ last_success_at }) => last_success_at !== null)
  }
  await waitFor(isWhole, 'a first run of every job', 120_000)
  process.env.TEST_BROWSER = browser.wsEndpoint()
  process.env.TEST_PRODUCT = JSON.stringify({ url: product.url, dataDir: product.dataDir })
}

function warnOfMissing(): void {
  if (noBrowser) process.stderr.write(`\n!!! SKIPPED for want of Chromium: the browser tests (${noBrowser})\n\n`)
  if (noRedis) process.stderr.write(`\n!!! SKIPPED for want of Redis: the tests of many processes (${noRedis})\n\n`)
}

const postgres = await startTestServer()
let failed = 0
let passed = 0
let skipped = 0
try {
  warnOfMissing()
  const files = await listFiles(process.argv.slice(2))
  await startForBrowsers(files)
  const timeout = process.argv.length > 2 ? namedWithinMs : withinMs
  const events = run({ files, concurrency: 3, timeout })
  const count = (
    { details, skip }: { details: { type?: string | undefined }; skip?: string | boolean },
    ok: boolean,
  ) => {
    if (details.type === 'suite') return
    if (skip !== undefined && skip !== false) skipped += 1
    else if (ok) passed += 1
    else failed += 1
  }
  events.on('test:pass', (event) => count(event, true))
  events.on('test:fail', (event) => count(event, false))
  const report = events.compose(new spec())
  for await (const chunk of report) process.stdout.write(chunk)
} finally {
  for (const close of closers.reverse()) await close()
  await postgres.stop()
}
if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

import { mkdirSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import type { JobHealth } from '../contract/pipeline.ts'
import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { createDataFolder } from './data-folder.ts'
import { noBrowser, serveBrowser } from './e2e/browser.ts'
import { noCitus } from './outside-server.ts'
import { type Plan, planTests } from './plan.ts'
import { startProduct } from './product.ts'
import { noRedis } from './redis.ts'
import { startTestServer } from './server.ts'
import { waitFor } from './wait.ts'

/** Maximum duration of a test process. A file named on the command line may be a long run. */
const maxProcessMs = 600_000
const maxNamedMs = 2_400_000
const closers: (() => Promise<unknown>)[] = []

/** Starts the browser and the demo of 30 coins that all browser tests share. */
async function startForBrowsers(files: string[]): Promise<void> {
  if (noBrowser || !files.some((name) => name.includes('e2e/'))) return
  if (await isBuildStale()) await buildWeb()
  const browser = await serveBrowser()
  closers.push(() => browser.close())
  const noLimits = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_COSTLY_PER_MINUTE: '0' }
  const product = await startProduct({ TRACKED_COINS: '30', ...noLimits })
  closers.push(() => product.stop())
  const hasData = async () => {
    const health = (await (await fetch(`${product.url}/api/v1/pipeline/health`)).json()) as JobHealth[]
    return health.every(({ last_success_at }) => last_success_at !== null)
  }
  await waitFor(hasData, 'a first run of every job', 120_000)
  process.env.TEST_BROWSER = browser.wsEndpoint()
  process.env.TEST_PRODUCT = JSON.stringify({ url: product.url, dataDir: product.dataDir })
}

function reportSkipped({ files, leftOut }: Plan): void {
  const warn = (text: string) => process.stderr.write(`\n!!! SKIPPED: ${text}\n\n`)
  if (leftOut > 0)
    warn(`${leftOut} files of tests of pages, commands and faults, and of fuzzing. Run them with npm test -- --all.`)
  if (noBrowser && files.some((name) => name.includes('e2e/'))) warn(`browser tests: ${noBrowser}`)
  if (noCitus) warn(`tests of the warehouse on Citus: ${noCitus}. Set it to a database of a Citus coordinator.`)
  if (noRedis) warn(`tests of several processes: ${noRedis}`)
}

/** Every process of the tests compiles the same modules. */
process.env.NODE_COMPILE_CACHE = resolve('node_modules/.cache/tests')

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' } } })
const isNamed = positionals.length > 0
const postgres = await startTestServer()
const folder = createDataFolder()
mkdirSync(folder, { recursive: true })
closers.push(async () => rmSync(folder, { recursive: true, force: true }))
const counts = { passed: 0, failed: 0, skipped: 0 }
const durations: { file: string; seconds: number }[] = []

type Result = { details: { type?: string | undefined }; skip?: string | boolean }

function count({ details, skip }: Result, outcome: 'passed' | 'failed'): void {
  if (details.type === 'suite') return
  counts[skip !== undefined && skip !== false ? 'skipped' : outcome] += 1
}

try {
  const plan = isNamed ? { files: positionals, leftOut: 0 } : await planTests({ isAll: values.all ?? false, folder })
  reportSkipped(plan)
  await startForBrowsers(plan.files)
  const events = run({ files: plan.files, concurrency: 4, timeout: isNamed ? maxNamedMs : maxProcessMs })
  events.on('test:pass', (event) => count(event, 'passed'))
  events.on('test:fail', (event) => count(event, 'failed'))
  events.on('test:summary', ({ file, duration_ms }) => {
    if (file !== undefined) durations.push({ file: relative('.', file), seconds: duration_ms / 1000 })
  })
  for await (const chunk of events.compose(new spec())) process.stdout.write(chunk)
} finally {
  for (const close of closers.reverse()) await close()
  await postgres.stop()
}
if (!isNamed) {
  const slowest = durations.sort((a, b) => b.seconds - a.seconds).slice(0, 10)
  process.stdout.write(`Slowest: ${slowest.map(({ file, seconds }) => `${file} ${seconds.toFixed(0)} s`).join(', ')}\n`)
}
const { passed, failed, skipped } = counts
if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

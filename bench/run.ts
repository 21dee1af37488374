import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createLog } from '../server/log.ts'
import { openDb, openPool } from '../server/warehouse/db.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { createDataFolder } from '../test/data-folder.ts'
import type { Bench } from './measure.ts'
import { replaceSection, toSection } from './report.ts'

const benches: Record<string, () => Promise<{ bench: Bench }>> = {
  ingest: () => import('./ingest.ts'),
  snapshot: () => import('./snapshot.ts'),
  latest: () => import('./latest.ts'),
  load: () => import('./load.ts'),
  ohlcv: () => import('./ohlcv.ts'),
  history: () => import('./history.ts'),
  export: () => import('./export.ts'),
  quality: () => import('./quality.ts'),
  checks: () => import('./checks.ts'),
  fanout: () => import('./fanout.ts'),
  bus: () => import('./bus.ts'),
  cluster: () => import('./cluster.ts'),
  tick: () => import('./tick.ts'),
  years: () => import('./years.ts'),
  correlation: () => import('./correlation.ts'),
  risk: () => import('./risk.ts'),
  analytics: () => import('./analytics.ts'),
  pages: () => import('./pages.ts'),
  chart: () => import('./chart.ts'),
  alerts: () => import('./alerts.ts'),
  http: () => import('./http.ts'),
  web: () => import('./web.ts'),
}
const usage = `npm run bench -- <${Object.keys(benches).join('|')}> ... | --all [--write]`
const document = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))

/** Runs one benchmark on a new database and prints its numbers as one line of JSON. */
async function measure(name: string, load: () => Promise<{ bench: Bench }>): Promise<void> {
  const dataDir = createDataFolder()
  const log = createLog({ pretty: false, level: 'warn' })
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const pool = openPool(postgres.connection, { log })
  try {
    await migrate(pool, log)
    const { bench } = await load()
    process.stdout.write(`${JSON.stringify({ bench: name, ...(await bench({ pool, db: openDb(pool) })) })}\n`)
  } finally {
    await pool.end()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Runs a benchmark in a separate process, without memory or compiled code of another. */
function measureApart(name: string): Record<string, number> {
  const args = [fileURLToPath(import.meta.url), name]
  const line = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  process.stdout.write(line)
  const { bench: _, ...numbers } = JSON.parse(line)
  return numbers
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, write: { type: 'boolean' } },
})
const names = values.all ? Object.keys(benches) : positionals
const [first] = names
const load = benches[first ?? '']
if (first === undefined || load === undefined || names.some((name) => !(name in benches)))
  throw new Error(`Usage: ${usage}`)
if (names.length === 1 && !values.write) await measure(first, load)
else
  for (const name of names) {
    const numbers = measureApart(name)
    if (!values.write) continue
    const text = readFileSync(document, 'utf8')
    writeFileSync(document, replaceSection(text, name, toSection(name, numbers)))
  }

import { mkdirSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { Stryker } from '@stryker-mutator/core'
import pg from 'pg'
import { startTestServer } from './server.ts'

type Area = { mutate: string[]; tests: string[] }

/** What is mutated, and the tests that must notice, the quick ones first. */
const areas: Record<string, Area> = {
  analytics: {
    mutate: ['server/analytics/*.ts', 'contract/returns.ts'],
    tests: ['server/analytics/*.test.ts'],
  },
  candles: {
    mutate: ['server/warehouse/candles.ts'],
    tests: ['server/jobs/transform-aggregates.test.ts'],
  },
  sources: { mutate: ['server/sources/*.ts'], tests: ['server/sources/*.test.ts'] },
  live: { mutate: ['server/live/*.ts'], tests: ['server/live/*.test.ts'] },
}

const folder = '.stryker'
const sweepMs = 20_000

async function list(patterns: string[]): Promise<string[]> {
  const files: string[] = []
  for await (const name of glob(patterns)) files.push(name)
  return files.sort()
}

/** Removes databases of tests that were ended by their first failure: those that nobody used in two rounds. */
function sweep(connection: pg.ClientConfig): () => void {
  let idle = new Set<string>()
  const round = async () => {
    const client = new pg.Client(connection)
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      `select datname as name from pg_database d where datname like 'test\\_%'
         and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
    )
    for (const { name } of rows) if (idle.has(name)) await client.query(`drop database if exists ${name}`)
    idle = new Set(rows.map(({ name }) => name))
    await client.end()
  }
  const timer = setInterval(() => void round().catch(() => undefined), sweepMs)
  return () => clearInterval(timer)
}

type Mutant = { status: string }

/** The share of mutants that a test noticed, in percent: of all that ran and all that no test reaches. */
function readScore(report: string): { score: number; noticed: number; total: number } {
  const { files }: { files: Record<string, { mutants: Mutant[] }> } = JSON.parse(readFileSync(report, 'utf8'))
  const mutants = Object.values(files).flatMap((file) => file.mutants)
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const total = noticed + count('Survived', 'NoCoverage')
  return { score: (100 * noticed) / total, noticed, total }
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => areas[name] === undefined)
if (unknown.length > 0) throw new Error(`no area ${unknown.join(', ')}; there are ${Object.keys(areas).join(', ')}`)
mkdirSync(folder, { recursive: true })
const server = await startTestServer()
const stopSweeping = sweep(server.connection)
const lines: string[] = []
try {
  for (const [name, { mutate, tests }] of Object.entries(areas)) {
    if (named.length > 0 && !named.includes(name)) continue
    const report = `${folder}/${name}.json`
    const files = (await list(mutate)).filter((file) => !file.endsWith('.test.ts'))
    await new Stryker({
      mutate: files,
      tap: { testFiles: await list(tests) },
      incrementalFile: `${folder}/${name}-incremental.json`,
      jsonReporter: { fileName: report },
    }).runMutationTest()
    const { score, noticed, total } = readScore(report)
    lines.push(`${name}: ${score.toFixed(1)} %, ${noticed} of ${total} mutants noticed`)
  }
} finally {
  stopSweeping()
  await server.stop()
}
process.stdout.write(`${lines.join('\n')}\n`)

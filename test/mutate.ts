import { mkdirSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Stryker } from '@stryker-mutator/core'
import pg from 'pg'
import { startTestServer } from './server.ts'

type Area = { mutate: string[]; tests: string[]; needsDatabase: boolean }

/**
 * The mutated files of each area and the tests that must detect the mutants, fast ones first. Property tests are left
 * out: shrinking takes seconds for each mutant.
 */
const areas: Record<string, Area> = {
  analytics: {
    mutate: ['contract/returns.ts', 'server/analytics/*.ts'],
    tests: ['server/analytics/examples.test.ts', 'server/analytics/thresholds.test.ts'],
    needsDatabase: false,
  },
  candles: {
    mutate: ['server/warehouse/candles.ts', 'server/warehouse/day.ts'],
    tests: [
      'server/warehouse/day.test.ts',
      'server/warehouse/candle-days.test.ts',
      'server/jobs/transform-aggregates.test.ts',
    ],
    needsDatabase: true,
  },
  sources: { mutate: ['server/sources/*.ts'], tests: ['server/sources/*.test.ts'], needsDatabase: false },
  live: { mutate: ['server/live/*.ts'], tests: ['server/live/*.test.ts'], needsDatabase: true },
}

const folder = '.stryker'
const sweepMs = 20_000

/** The files of each pattern in order, without repeats. */
async function list(patterns: string[]): Promise<string[]> {
  const files: string[] = []
  for (const pattern of patterns) {
    const found: string[] = []
    for await (const name of glob(pattern)) found.push(name)
    files.push(...found.sort().filter((name) => !files.includes(name)))
  }
  return files
}

/** Drops databases that were idle in two rounds: their tests ended at the first failure. */
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

/** Detected mutants in percent of those that ran or that no test reaches. */
function readScore(report: string): { score: number; noticed: number; total: number } {
  const { files }: { files: Record<string, { mutants: Mutant[] }> } = JSON.parse(readFileSync(report, 'utf8'))
  const mutants = Object.values(files).flatMap((file) => file.mutants)
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const total = noticed + count('Survived', 'NoCoverage')
  return { score: (100 * noticed) / total, noticed, total }
}

async function measure(name: string, { mutate, tests }: Area): Promise<string> {
  const report = `${folder}/${name}.json`
  await new Stryker({
    mutate: (await list(mutate)).filter((file) => !file.endsWith('.test.ts')),
    tap: { testFiles: await list(tests) },
    incrementalFile: `${folder}/${name}-incremental.json`,
    jsonReporter: { fileName: report },
  }).runMutationTest()
  const { score, noticed, total } = readScore(report)
  return `${name}: ${score.toFixed(1)} %, ${noticed} of ${total} mutants detected\n`
}

/**
 * An area without its other files, and with the tests among `names`; else with their own tests (`feed.ts`:
 * `feed*.test.ts`) if each file has some.
 */
async function narrow(area: Area, names: string[]): Promise<Area> {
  const isTest = (name: string) => name.endsWith('.test.ts')
  const mutate = names.filter((name) => !isTest(name))
  if (mutate.length < names.length) return { ...area, mutate, tests: names.filter(isTest) }
  const tests = await list(area.tests)
  const own = mutate.map((file) => tests.filter((name) => basename(name).startsWith(basename(file, '.ts'))))
  return { ...area, mutate, tests: own.some(({ length }) => length === 0) ? tests : [...new Set(own.flat())] }
}

/** `npm run mutate [area] [file ...] [test ...]`: all areas, one area, or some files of one, with their tests or the given. */
const [named, ...files] = process.argv.slice(2)
const chosen = Object.entries(areas).filter(([name]) => named === undefined || named === name)
if (chosen.length === 0) throw new Error(`Unknown area ${named}. Choose one of ${Object.keys(areas).join(', ')}.`)
mkdirSync(folder, { recursive: true })
process.env.NODE_COMPILE_CACHE = resolve(folder, 'compiled')
const lines: string[] = []
for (const [name, area] of chosen) {
  const server = area.needsDatabase ? await startTestServer() : null
  const stopSweeping = server === null ? () => undefined : sweep(server.connection)
  try {
    lines.push(await measure(name, files.length === 0 ? area : await narrow(area, files)))
  } finally {
    stopSweeping()
    await server?.stop()
  }
}
process.stdout.write(lines.join(''))

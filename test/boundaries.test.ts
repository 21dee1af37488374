import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, matchesGlob } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listImports, listSources } from './sources.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const biome = join(dirname(require.resolve('@biomejs/biome/package.json')), 'bin/biome')

/** One import per layer that the lint must reject. */
const planted = [
  ['contract/planted.ts', '../server/config.ts'],
  ['server/planted.ts', './warehouse/db.ts'],
  ['server/sources/planted.ts', '../warehouse/db.ts'],
  ['server/warehouse/planted.ts', '../sources/source.ts'],
  ['server/analytics/planted.ts', '../warehouse/db.ts'],
  ['server/quality/planted.ts', '../jobs/job.ts'],
  ['server/jobs/planted.ts', '../api/server.ts'],
  ['server/live/planted.ts', '../api/server.ts'],
  ['server/accounts/planted.ts', '../api/server.ts'],
  ['server/notifications/planted.ts', '../jobs/queue.ts'],
  ['server/alerts/planted.ts', '../live/hub.ts'],
  ['server/portfolio/planted.ts', '../warehouse/db.ts'],
  ['server/api/routes/planted.ts', '../../sources/coingecko.ts'],
  ['server/api/planted.ts', '../app/jobs.ts'],
  ['server/cli/planted.ts', '../main.ts'],
  ['simulator/planted.ts', '../server/config.ts'],
  ['web/lib/planted.ts', '../../server/config.ts'],
  ['web/lib/planted-component.ts', '@/components/ui/button'],
  ['web/components/ui/planted.ts', '@/pages/market/columns'],
  ['web/pages/market/planted.ts', '../../../server/config.ts'],
] as const

const permitted = [
  ['server/jobs/permitted.ts', '../warehouse/db.ts'],
  ['server/api/routes/permitted.ts', '../../warehouse/db.ts'],
  ['server/api/routes/permitted-too.ts', '../../quality/check.ts'],
  ['server/warehouse/permitted.ts', '../../contract/coins.ts'],
  ['web/lib/permitted.ts', '../../contract/coins.ts'],
  ['web/components/ui/permitted.ts', '@/lib/format'],
  ['web/pages/market/permitted.ts', '@/components/ui/button'],
] as const

test('the lint rejects only imports against the layers', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'cryptoflow-lint-'))
  t.after(() => rmSync(copy, { recursive: true }))
  for (const file of ['biome.json', '.gitignore']) cpSync(join(root, file), join(copy, file))
  for (const [path, specifier] of [...planted, ...permitted]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    writeFileSync(join(copy, path), `import * as other from '${specifier}'\n\nexport const used = other\n`)
  }
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none'], {
    cwd: copy,
    encoding: 'utf8',
  })
  const report: { diagnostics: { category: string; location: { path: string | { file: string } } }[] } =
    JSON.parse(stdout)
  const rejected = report.diagnostics
    .filter(({ category }) => category === 'lint/style/noRestrictedImports')
    .map(({ location: { path } }) => (typeof path === 'string' ? path : path.file))
  assert.deepEqual(rejected.sort(), planted.map(([path]) => path).sort())
})

type Override = {
  includes: string[]
  linter?: { rules: { style?: { noRestrictedImports?: { options: { patterns: { group: string[] }[] } } } } }
}

/** A file of each layer, by the layer's name in the table of ARCHITECTURE.md. */
const probes: Record<string, string> = {
  contract: 'contract/x.ts',
  kit: 'server/x.ts',
  ...Object.fromEntries(
    [
      'sources',
      'warehouse',
      'analytics',
      'quality',
      'accounts',
      'notifications',
      'alerts',
      'portfolio',
      'live',
      'jobs',
      'api',
    ].map((name) => [name, `server/${name}/x.ts`]),
  ),
  simulator: 'simulator/x.ts',
  lib: 'web/lib/x.ts',
  components: 'web/components/x.ts',
  pages: 'web/pages/x.ts',
}

/** The layers that the lint allows each layer to import, as `layer: imports`. */
function listRules(): string[] {
  const { overrides }: { overrides: Override[] } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  return Object.entries(probes).map(([layer, file]) => {
    const groups = overrides
      .filter(({ includes }) => matchesGlob(file, includes[0] ?? ''))
      .flatMap(({ linter }) => linter?.rules.style?.noRestrictedImports?.options.patterns ?? [])
    const forbidden = groups.at(-1)?.group ?? []
    const isWeb = file.startsWith('web/')
    const imports = Object.entries(probes).filter(
      ([other, path]) =>
        other !== layer &&
        (path.startsWith('web/') === isWeb || other === 'contract') &&
        !forbidden.some((pattern) => matchesGlob(path, pattern)),
    )
    return `${layer}: ${imports
      .map(([name]) => name)
      .sort()
      .join(', ')}`
  })
}

const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')

test('ARCHITECTURE.md has the layers of the lint', () => {
  const table = [...architecture.matchAll(/^\| `(\S+?)\/?(\*\.ts)?` +\| ([a-z, ]*?) +\|$/gm)].map(
    ([, folder = '', kit, imports = '']) => {
      const name = kit === undefined ? folder.split('/').at(-1) : 'kit'
      return `${name}: ${imports.split(', ').sort().join(', ')}`
    },
  )
  assert.deepEqual(table.sort(), listRules().sort())
})

test('ARCHITECTURE.md has up to 1,000 words, and it and CONTRIBUTING.md name only existing files', () => {
  for (const text of [architecture, readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')]) {
    const paths = [...text.matchAll(/`([\w.-]+\/[\w./-]+|[\w-]+\.json)`/g)].map(([, path = '']) => path)
    assert.ok(paths.length > 30, `${paths.length} paths`)
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    )
  }
  const words = architecture.split(/\s+/).filter((word) => /\w/.test(word))
  assert.ok(words.length <= 1000, `${words.length} words`)
})

/** Labels of jobs and checks, which other pages show too. */
const isShared = (path: string): boolean => /-(labels|names)(\.ts)?$/.test(path)

test('no page imports from the folder of another page, except labels', async () => {
  const toFolder = (path: string) => /^web\/pages\/([^/]+)\//.exec(path)?.[1]
  const crossing: string[] = []
  for (const file of await listSources('web/pages/*/**/*.{ts,tsx}'))
    for (const path of listImports(file)) {
      const folder = toFolder(path)
      if (folder !== undefined && folder !== toFolder(file) && !isShared(path)) crossing.push(`${file}: ${path}`)
    }
  assert.deepEqual(crossing, [])
})

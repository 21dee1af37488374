import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const biome = join(dirname(require.resolve('@biomejs/biome/package.json')), 'bin/biome')

/** One import per room that the lint must refuse. */
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
  ['server/api/routes/planted.ts', '../../sources/coingecko.ts'],
  ['server/api/planted.ts', '../app.ts'],
  ['server/cli/planted.ts', '../main.ts'],
  ['simulator/planted.ts', '../server/config.ts'],
  ['web/lib/planted.ts', '../../server/config.ts'],
] as const

const permitted = [
  ['server/jobs/permitted.ts', '../warehouse/db.ts'],
  ['server/api/routes/permitted.ts', '../../warehouse/db.ts'],
  ['server/api/routes/permitted-too.ts', '../../quality/check.ts'],
  ['server/warehouse/permitted.ts', '../../contract/coins.ts'],
  ['web/lib/permitted.ts', '../../contract/coins.ts'],
] as const

test('the lint refuses an import against the direction of every room, and no other', (t) => {
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
  const refused = report.diagnostics
    .filter(({ category }) => category === 'lint/style/noRestrictedImports')
    .map(({ location: { path } }) => (typeof path === 'string' ? path : path.file))
  assert.deepEqual(refused.sort(), planted.map(([path]) => path).sort())
})

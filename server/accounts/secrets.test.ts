import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createDataFolder } from '../../test/data-folder.ts'
import { loadSecrets } from './secrets.ts'

test('creates a secret once, readable only by its owner', (t) => {
  const dataDir = createDataFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const made = loadSecrets({ given: [], dataDir })
  assert.deepEqual([made.length, Buffer.from(made[0] ?? '', 'base64url').length], [1, 32])
  const file = join(dataDir, 'auth-secrets')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(loadSecrets({ given: [], dataDir }), made)
  writeFileSync(file, `kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe\n${readFileSync(file, 'utf8')}`)
  assert.deepEqual(loadSecrets({ given: [], dataDir }), ['kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe', ...made])
  assert.deepEqual(loadSecrets({ given: ['given'], dataDir }), ['given'])
  assert.deepEqual(readdirSync(dataDir), ['auth-secrets'])
})

test('rejects a secrets file that is empty, weak or readable by others', (t) => {
  const dataDir = createDataFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const file = join(dataDir, 'auth-secrets')
  loadSecrets({ given: [], dataDir })
  chmodSync(file, 0o644)
  assert.throws(() => loadSecrets({ given: [], dataDir }), /chmod 600/)
  chmodSync(file, 0o600)
  writeFileSync(file, '\n')
  assert.throws(() => loadSecrets({ given: [], dataDir }), /it is empty/)
  writeFileSync(file, 'hunter2\n')
  assert.throws(() => loadSecrets({ given: [], dataDir }), /line 1 has fewer than 32 bytes$/)
})

test('creates one secret when processes start simultaneously', async (t) => {
  const dataDir = createDataFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const module = JSON.stringify(fileURLToPath(new URL('secrets.ts', import.meta.url)))
  const script = `import { loadSecrets } from ${module}
    process.stdout.write(loadSecrets({ given: [], dataDir: ${JSON.stringify(dataDir)} }).join())`
  const run = promisify(execFile)
  const args = ['--input-type=module-typescript', '-e', script]
  const outputs = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, args)))
  assert.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1)
})

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JobHealth } from '../../contract/pipeline.ts'
import { negotiateTls } from '../../server/warehouse/connect.ts'
import { examineDatabase } from '../../server/warehouse/requirements.ts'
import { startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { query, Sandbox } from './embedded-sandbox.ts'
import { accountOf, findFreePort } from './outside-server.ts'

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
const firstRunsMs = 90_000

const binary = ['pgbouncer', '/usr/sbin/pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0)
const skip = binary === undefined ? 'pgbouncer is not installed' : false
if (binary === undefined) process.stderr.write('\n!!! SKIPPED: tests of PgBouncer: pgbouncer is not installed\n\n')

/** Starts PgBouncer in front of a server, configured as its packages do. Returns the URL of the database through it. */
async function startPgbouncer(sandbox: Sandbox, mode: 'session' | 'transaction'): Promise<string> {
  const { connection } = await sandbox.start()
  const port = await findFreePort()
  const folder = join(sandbox.folder, 'pgbouncer')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
cryptoflow = host=${connection.host} port=${connection.port} dbname=cryptoflow user=cryptoflow
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 40
`,
  )
  const account = accountOf(connection.host)
  sandbox.track(spawn(binary ?? '', [file], { ...(process.getuid?.() === 0 ? account : {}), stdio: 'ignore' }))
  const url = `postgres://cryptoflow@127.0.0.1:${port}/cryptoflow`
  const parts = { ...connection, host: '127.0.0.1', port }
  await waitFor(
    () =>
      query(parts, 'select 1').then(
        () => true,
        () => false,
      ),
    'PgBouncer',
  )
  return url
}

test('runs every role behind PgBouncer in session mode with its default settings', { skip }, async (t) => {
  const DATABASE_URL = await startPgbouncer(new Sandbox(t), 'session')
  assert.deepEqual((await examineDatabase(await negotiateTls(DATABASE_URL))).problems, [])
  const product = await startProduct({ DATABASE_URL, ROLES: 'api,live,jobs', TRACKED_COINS: '8' })
  t.after(() => product.stop())
  const health = async () => (await (await fetch(`${product.url}/api/v1/pipeline/health`)).json()) as JobHealth[]
  await waitFor(
    async () => (await health()).every(({ last_success_at }) => last_success_at !== null),
    'a first run of every job',
    firstRunsMs,
  )
  assert.equal((await fetch(`${product.url}/readyz`)).status, 200)
  const isLeading = async () =>
    /^cryptoflow_producer_leads 1$/m.test(await (await fetch(`${product.url}/metrics`)).text())
  await waitFor(isLeading, 'the lead, which is a lock of a session')
  assert.equal(await product.stop(), 0)
})

test('start and doctor reject PgBouncer in transaction mode with a remedy', { skip }, async (t) => {
  const sandbox = new Sandbox(t)
  const DATABASE_URL = await startPgbouncer(sandbox, 'transaction')
  const refusal = /Set pool_mode = session in PgBouncer/
  await assert.rejects(startProduct({ DATABASE_URL, ROLES: 'api' }), refusal)
  const env = {
    ...process.env,
    DATABASE_URL,
    CRYPTOFLOW_MODE: 'demo',
    DATA_DIR: join(sandbox.folder, 'data'),
    PORT: '0',
  }
  assert.throws(
    () => execFileSync(process.execPath, [main, 'doctor'], { env, stdio: 'pipe' }),
    ({ stdout, stderr }) => refusal.test(`${stdout}${stderr}`),
  )
})

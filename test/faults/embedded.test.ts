import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findProcessBirth } from '../../server/process.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/warehouse/embedded.ts'
import { quietLog } from '../database.ts'
import { waitFor } from '../wait.ts'

const script = fileURLToPath(new URL('./embedded-child.ts', import.meta.url))

function createFolder(t: TestContext, name = ''): string {
  const root = mkdtempSync(join(tmpdir(), 'cryptoflow-fault-'))
  chmodSync(root, 0o755)
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

async function start(t: TestContext, dataDir: string, settings = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: quietLog,
    settings: { shared_buffers: '8MB', ...settings },
  })
  t.after(postgres.stop)
  return postgres
}

async function run(connection: EmbeddedPostgres['connection'], statement: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A process of its own that owns the server, with one committed row in it. */
async function startChild(
  t: TestContext,
  dataDir: string,
): Promise<{ child: ChildProcess; connection: EmbeddedPostgres['connection'] }> {
  const child = spawn(process.execPath, [script, dataDir], {
    env: { PATH: '/usr/bin:/bin' } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(createInterface(child.stdout), 'line')
  const connection = JSON.parse(line)
  await run(connection, 'create table if not exists kept (n int)')
  await run(connection, 'insert into kept values (42)')
  return { child, connection }
}

const pidFile = (dataDir: string) => join(dataDir, 'postgres/data/postmaster.pid')
const readPid = (dataDir: string) => Number(readFileSync(pidFile(dataDir), 'utf8').split('\n')[0])

async function die(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function assertKept(t: TestContext, dataDir: string): Promise<void> {
  const postgres = await start(t, dataDir)
  assert.deepEqual(await run(postgres.connection, 'select n from kept'), [{ n: 42 }])
  await postgres.stop()
}

test('after kill -9 of our process the next start ends the orphan and loses nothing', async (t) => {
  const dataDir = createFolder(t)
  const { child } = await startChild(t, dataDir)
  const orphan = readPid(dataDir)
  await die(child)
  assert.notEqual(findProcessBirth(orphan), null)
  await assertKept(t, dataDir)
  assert.equal(findProcessBirth(orphan), null)
})

test('after kill -9 of our process and of the postmaster the next start recovers and loses nothing', async (t) => {
  const dataDir = createFolder(t)
  const { child } = await startChild(t, dataDir)
  const postmaster = readPid(dataDir)
  await die(child)
  process.kill(postmaster, 'SIGKILL')
  await assertKept(t, dataDir)
})

test('a stale, foreign, empty or garbled postmaster.pid is recovered from, and the foreign process is left alone', async (t) => {
  const dataDir = createFolder(t)
  const { child } = await startChild(t, dataDir)
  child.kill('SIGTERM')
  await once(child, 'exit')
  const foreign = spawn('sleep', ['60'])
  t.after(() => foreign.kill())
  const lines = (pid: number | undefined) => `${pid}\n${join(dataDir, 'postgres/data')}\n1700000000\n5432\n\n\n`
  for (const text of [lines(4_194_000), lines(foreign.pid), lines(process.pid), '', 'garbage\n\u0000']) {
    writeFileSync(pidFile(dataDir), text)
    await assertKept(t, dataDir)
  }
  assert.equal(foreign.exitCode, null)
})

test('a postmaster that dies under us is started anew and connections come back', async (t) => {
  const dataDir = createFolder(t)
  const postgres = await start(t, dataDir)
  const first = readPid(dataDir)
  process.kill(first, 'SIGKILL')
  await waitFor(() => run(postgres.connection, 'select 1').catch(() => undefined))
  assert.notEqual(readPid(dataDir), first)
  await postgres.stop()
  assert.equal(existsSync(pidFile(dataDir)), false)
})

test('a second CryptoFlow on one folder is refused by name, and the first is not disturbed', async (t) => {
  const dataDir = createFolder(t)
  const { child, connection } = await startChild(t, dataDir)
  await assert.rejects(startEmbeddedPostgres({ dataDir, log: quietLog }), new RegExp(`pid ${child.pid}.*DATA_DIR`))
  assert.deepEqual(await run(connection, 'select n from kept'), [{ n: 42 }])
})

test('it starts in a path of 150 characters, without LANG, with port 5432 taken', async (t) => {
  const taken = createServer()
  taken.on('error', () => undefined)
  taken.listen(5432, '127.0.0.1')
  t.after(() => taken.close())
  const root = createFolder(t)
  const dataDir = join(root, 'x'.repeat(149 - root.length))
  const { connection } = await startChild(t, dataDir)
  assert.equal(dataDir.length, 150)
  const rows = await run(
    connection,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider from pg_database where datname = 'cryptoflow'`,
  )
  assert.deepEqual(rows, [{ encoding: 'UTF8', provider: 'b' }])
})

test('a start that fails shows the words of PostgreSQL, and one of another version touches nothing', async (t) => {
  const dataDir = createFolder(t)
  await assert.rejects(
    start(t, dataDir, { no_such_setting: 'on' }),
    /own words:[\s\S]*unrecognized configuration parameter "no_such_setting"/,
  )
  const version = join(dataDir, 'postgres/data/PG_VERSION')
  writeFileSync(version, '17\n')
  await assert.rejects(start(t, dataDir), /PostgreSQL 17 and this is 18/)
  writeFileSync(version, '18\n')
  const postgres = await start(t, dataDir)
  assert.deepEqual(await run(postgres.connection, 'select 1 as one'), [{ one: 1 }])
})

test('a cluster that was only half made is made anew', async (t) => {
  const dataDir = createFolder(t)
  const draft = join(dataDir, 'postgres/draft-1')
  mkdirSync(draft, { recursive: true })
  writeFileSync(join(draft, 'PG_VERSION'), '18\n')
  const postgres = await start(t, dataDir)
  assert.deepEqual(await run(postgres.connection, 'select 1 as one'), [{ one: 1 }])
  assert.equal(existsSync(draft), false)
})

const isRoot = process.getuid?.() === 0
test('as root under a 0700 home the cluster lies where the server may go', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const home = createFolder(t)
  chmodSync(home, 0o700)
  const dataDir = join(home, 'data')
  const first = await start(t, dataDir)
  await run(first.connection, 'create table kept (n int)')
  await run(first.connection, 'insert into kept values (42)')
  await first.stop()
  const cluster = readFileSync(join(dataDir, 'LOCATION'), 'utf8').trim()
  t.after(() => rmSync(cluster, { recursive: true, force: true }))
  assert.match(cluster, /^\/var\/lib\/cryptoflow\//)
  await assertKept(t, dataDir)
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  getDataFolder,
  listServers,
  query,
  readRows,
  readServerPid,
  Sandbox,
  waitUntil,
  writeRow,
} from './embedded-sandbox.ts'

const busyQuery = 'select count(*) from generate_series(1, 100000000000) a'

/** The pid of the only server. For a moment, a process that it has just started shows the same command. */
async function findServer(folder: string): Promise<number | undefined> {
  await waitUntil(() => listServers(folder).length === 1)
  return listServers(folder)[0]
}

test('takes over the complete data of a killed owner whose server still runs', async (t) => {
  const sandbox = new Sandbox(t)
  const owner = await sandbox.startElsewhere()
  await writeRow(owner.connection)
  const orphan = await findServer(sandbox.folder)
  owner.process.kill('SIGKILL')
  await once(owner.process, 'exit')
  assert.equal(await findServer(sandbox.folder), orphan)
  const server = await sandbox.start()
  assert.deepEqual(await readRows(server.connection), [42])
  assert.notEqual(await findServer(sandbox.folder), orphan)
})

test('restarts a killed server while a session still computes, and keeps committed data', async (t) => {
  const sandbox = new Sandbox(t)
  const server = await sandbox.start()
  await writeRow(server.connection)
  const data = await getDataFolder(server.connection)
  const busy = query(server.connection, busyQuery).catch(() => 'lost')
  await waitUntil(async () => {
    const rows = await query(server.connection, `select from pg_stat_activity where query = '${busyQuery}'`)
    return rows.length === 1
  })
  process.kill(readServerPid(data), 'SIGKILL')
  assert.equal(await busy, 'lost')
  await waitUntil(() =>
    readRows(server.connection).then(
      (rows) => rows[0] === 42,
      () => false,
    ),
  )
  await waitUntil(() => listServers(sandbox.folder).length === 1)
})

test('recovers at the next start when server and owner are killed during a query', async (t) => {
  const sandbox = new Sandbox(t)
  const owner = await sandbox.startElsewhere()
  await writeRow(owner.connection)
  const busy = query(owner.connection, busyQuery).catch(() => 'lost')
  await waitUntil(async () => {
    const rows = await query(owner.connection, `select from pg_stat_activity where query = '${busyQuery}'`)
    return rows.length === 1
  })
  owner.process.kill('SIGKILL')
  for (const pid of listServers(sandbox.folder)) process.kill(pid, 'SIGKILL')
  await once(owner.process, 'exit')
  const server = await sandbox.start()
  assert.deepEqual(await readRows(server.connection), [42])
  assert.equal(await busy, 'lost')
})

test('retries a failing restart of the server, and stops promptly meanwhile', async (t) => {
  const sandbox = new Sandbox(t)
  const server = await sandbox.start()
  await writeRow(server.connection)
  const data = await getDataFolder(server.connection)
  const control = join(data, 'global/pg_control')
  const log = join(data, '../postgres.log')
  const breakDown = async () => {
    renameSync(control, `${control}.away`)
    const before = statSync(log).size
    process.kill(readServerPid(data), 'SIGKILL')
    await waitUntil(() => statSync(log).size > before && listServers(sandbox.folder).length === 0)
  }
  await breakDown()
  renameSync(`${control}.away`, control)
  await waitUntil(() =>
    readRows(server.connection).then(
      (rows) => rows[0] === 42,
      () => false,
    ),
  )
  await breakDown()
  await server.stop()
  assert.deepEqual(listServers(sandbox.folder), [])
  renameSync(`${control}.away`, control)
  assert.deepEqual(await readRows((await sandbox.start()).connection), [42])
})

/** Starts a zombie: an ended process whose parent does not wait for it. */
async function startZombie(sandbox: Sandbox): Promise<number> {
  const parent = sandbox.track(spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']))
  const [pid] = await once(parent.stdout ?? parent, 'data')
  return Number.parseInt(String(pid), 10)
}

async function pidFilesOf(sandbox: Sandbox, data: string): Promise<[string, string, number | undefined][]> {
  const { uid, gid } = statSync(data)
  const stranger = sandbox.track(spawn('sleep', ['60'], { uid, gid })).pid
  const ended = spawn('true')
  await once(ended, 'exit')
  const toFile = (pid: number | undefined) => `${pid}\n${data}\n1700000000\n5432\n${data}\n\n 123 456\nready   \n`
  return [
    ['empty', '', undefined],
    ['garbage', '\0\xff garbage\n', undefined],
    ['a dead process', toFile(ended.pid), undefined],
    ['a zombie', toFile(await startZombie(sandbox)), undefined],
    ['this process', toFile(process.pid), undefined],
    ['init', toFile(1), undefined],
    ['an unrelated process of the same account', toFile(stranger), stranger],
  ]
}

test('starts with any postmaster.pid, and signals no unrelated process', async (t: TestContext) => {
  const sandbox = new Sandbox(t)
  const first = await sandbox.start()
  await writeRow(first.connection)
  const data = await getDataFolder(first.connection)
  await first.stop()
  for (const [name, text, stranger] of await pidFilesOf(sandbox, data)) {
    writeFileSync(join(data, 'postmaster.pid'), text)
    const server = await sandbox.start()
    assert.deepEqual(await readRows(server.connection), [42], name)
    await server.stop()
    if (stranger !== undefined) assert.ok(process.kill(stranger, 0), name)
  }
})

test('starts after a first start that was killed halfway', async (t) => {
  const sandbox = new Sandbox(t)
  const child = sandbox.spawn()
  const home = join(sandbox.dataDir, 'postgres')
  const drafts = () => (existsSync(home) ? readdirSync(home).filter((name) => name.startsWith('draft-')) : [])
  await waitUntil(() => drafts().some((name) => existsSync(join(home, name, 'global'))))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const server = await sandbox.start()
  await writeRow(server.connection)
  assert.deepEqual(drafts(), [])
})

test('an aborted start leaves no process and can be repeated', async (t) => {
  const sandbox = new Sandbox(t)
  const home = join(sandbox.dataDir, 'postgres')
  const giveUp = new AbortController()
  const start = sandbox.start({ signal: giveUp.signal })
  const refused = assert.rejects(start, /enough/)
  await waitUntil(() => listServers(sandbox.folder).length > 0)
  giveUp.abort(new Error('enough'))
  await refused
  assert.deepEqual(listServers(sandbox.folder), [])
  assert.ok(!existsSync(join(home, 'data')))
  await writeRow((await sandbox.start()).connection)
})

for (const way of ['an exit', 'SIGTERM'] as const)
  test(`shuts the server down cleanly when its owner ends by ${way}`, async (t) => {
    const sandbox = new Sandbox(t)
    const owner = await sandbox.startElsewhere()
    const data = await getDataFolder(owner.connection)
    if (way === 'SIGTERM') owner.process.kill(way)
    else owner.process.stdin?.write('leave\n')
    const end = await once(owner.process, 'exit')
    assert.deepEqual(end, way === 'SIGTERM' ? [null, 'SIGTERM'] : [0, null])
    await waitUntil(() => listServers(sandbox.folder).length === 0)
    assert.ok(!existsSync(join(data, 'postmaster.pid')))
  })

test('kill() ends the server at once and loses nothing', async (t) => {
  const sandbox = new Sandbox(t)
  const server = await sandbox.start()
  await writeRow(server.connection)
  server.kill()
  const next = await sandbox.start()
  assert.deepEqual(await readRows(next.connection), [42])
})

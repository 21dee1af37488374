import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toUrl } from '../database.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { signalBackends, terminateBackends } from './backends.ts'
import { getDataFolder, listServers, query, readServerPid, Sandbox, waitUntil } from './embedded-sandbox.ts'

const readers = 8
const recoveryMs = 60_000
const paths = [
  '/pipeline/runs',
  '/coins',
  '/market/overview',
  '/quality/summary',
  '/pipeline/health',
  '/quality/checks',
]

/** Reads from the API without a pause, `readers` requests at a time, and counts the responses by kind. */
function readAlways({ url }: Product): { answers: Map<string, number>; stop(): Promise<void> } {
  const answers = new Map<string, number>()
  let stopped = false
  const read = async (reader: number) => {
    for (let at = reader; !stopped; at += 1) {
      const answer = await fetch(`${url}/api/v1${paths[at % paths.length]}`).then(
        async (response) => {
          const { error } = (await response.json()) as { error?: { message: string } }
          if (response.status === 200) return '200'
          return `${response.status} after ${response.headers.get('retry-after')}: ${error?.message}`
        },
        (error: Error) => `no answer: ${error.cause}`,
      )
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  const reading = Array.from({ length: readers }, (_, reader) => read(reader))
  const stop = async () => {
    stopped = true
    await Promise.all(reading)
  }
  return { answers, stop }
}

test('responds with 503 and exits no process when database sessions or the server are killed under load', async (t) => {
  const sandbox = new Sandbox(t)
  const server = await sandbox.start()
  const data = await getDataFolder(server.connection)
  const product = await startProduct({
    DATABASE_URL: toUrl(server.connection),
    ROLES: 'api,live,jobs',
    TRACKED_COINS: '8',
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_COSTLY_PER_MINUTE: '0',
  })
  t.after(() => product.stop())
  const load = readAlways(product)
  t.after(load.stop)
  const isServed = () =>
    fetch(`${product.url}/readyz`).then(
      ({ ok }) => ok,
      (error: Error) => assert.fail(`the process is gone (${error.cause}):\n${product.output()}`),
    )
  const listLast = () =>
    query<{ status: string }>(
      server.connection,
      `select distinct on (job_id) status from pipeline_runs where status <> 'skipped' order by job_id, id desc`,
    ).catch(() => [])
  const killServer = async () => {
    let pid = Number.NaN
    await waitUntil(() => {
      pid = readServerPid(data)
      return listServers(sandbox.folder).includes(pid)
    }, recoveryMs)
    process.kill(pid, 'SIGKILL')
  }
  const ways: [string, () => Promise<unknown>][] = [
    ['one session that reads', () => terminateBackends(server.connection, `state = 'active'`)],
    ['all sessions', () => terminateBackends(server.connection)],
    ['all sessions, by SIGTERM', () => signalBackends(server.connection)],
    ['the server, by SIGKILL', killServer],
  ]
  for (const [name, kill] of ways)
    for (let round = 0; round < 2; round += 1) {
      await waitFor(isServed, `an answer before ${name} is killed`, recoveryMs)
      await kill()
    }
  await waitFor(isServed, 'an answer after all', recoveryMs)
  await load.stop()
  const others = [...load.answers.keys()].filter((answer) => answer !== '200')
  assert.deepEqual(
    others.filter((answer) => !/^503 after [1-9]/.test(answer)),
    [],
  )
  assert.ok(others.length > 0, 'some requests met a killed session')
  await waitFor(
    async () => {
      const last = await listLast()
      return last.length >= 4 && last.every(({ status }) => status === 'success')
    },
    'every job to succeed after all',
    recoveryMs,
  )
})

import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import WebSocket from 'ws'
import type { CoinList } from '../../contract/coins.ts'
import type { StreamReport } from '../../contract/live.ts'
import type { JobHealth } from '../../contract/pipeline.ts'
import { findProcess, type MemberState } from '../../server/cli/state.ts'
import { openPool } from '../../server/warehouse/db.ts'
import { goodPassword } from '../accounts.ts'
import { quietLog } from '../database.ts'
import { assertInvariants } from '../invariants.ts'
import type { Product } from '../product.ts'
import { noRedis } from '../redis.ts'
import { openTopology, trackedCoins } from '../topology.ts'
import { waitFor } from '../wait.ts'

const METRICS_TOKEN = 'mQ7tR2xYc5LmD8sFh1JgP4uAekV9wq3Z'

type Address = { url: string }

const getJson = async <T>({ url }: Address, path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await fetch(`${url}/api/v1${path}`, { headers })).json() as Promise<T>

const send = ({ url }: Address, path: string, body: unknown) =>
  fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

type Member = MemberState & { url: string; pid: number }

/** The processes of the cluster, once all are ready. */
const listMembers = ({ dataDir }: Product, restarts: number): Promise<Member[]> =>
  waitFor(
    () => {
      const members = findProcess(dataDir)?.members ?? []
      const isReady = (member: MemberState): member is Member => member.url !== null && member.restarts >= restarts
      return members.length > 0 && members.every(isReady) ? (members as Member[]) : undefined
    },
    `${restarts} restarts`,
    120_000,
  )

const pauseMs = 25
const patienceMs = 30_000

/**
 * Repeats requests until the returned function is called, which returns what is not a complete response. As HTTP clients
 * do, it repeats a request whose kept connection was closed before a response (RFC 9112, section 9.3.1).
 */
function load(t: TestContext, { url }: Address): () => Promise<(number | string)[]> {
  const agent = new Agent({ keepAlive: true })
  const faults: (number | string)[] = []
  let isOver = false
  const ask = (options: { agent?: Agent }): Promise<number | string> =>
    new Promise((resolve) => {
      const signal = AbortSignal.timeout(patienceMs)
      const request = get(`${url}/api/v1/coins?per_page=50`, { ...options, signal }, (response) => {
        response.resume()
        response.on('close', () => resolve(response.complete ? (response.statusCode ?? 0) : 'cut'))
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        const wasClosed = request.reusedSocket && error.code === 'ECONNRESET'
        resolve(wasClosed ? ask(options) : error.message)
      })
    })
  const repeat = async (options: { agent?: Agent }) => {
    while (!isOver) {
      const outcome = await ask(options)
      if (outcome !== 200) faults.push(outcome)
      await setTimeout(pauseMs)
    }
  }
  const loading = Promise.all([repeat({ agent }), repeat({ agent }), repeat({})])
  const end = async () => {
    isOver = true
    await loading
    agent.destroy()
    return faults
  }
  t.after(end)
  return end
}

/** A client that reconnects. `codes` are the reasons of its closed connections. */
function follow(t: TestContext, { url }: Address) {
  const state = { codes: [] as number[], updates: 0, sources: new Set<string | null>() }
  let socket: WebSocket
  let isOver = false
  const connect = () => {
    socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws/prices`)
    socket.on('message', (data) => {
      if (String(data).includes('"price_update"')) state.updates += 1
    })
    socket.on('error', () => undefined)
    socket.on('close', (code) => {
      if (isOver) return
      state.codes.push(code)
      connect()
    })
  }
  connect()
  t.after(() => {
    isOver = true
    socket.terminate()
  })
  return state
}

async function assertAccounts(first: Address, second: Address): Promise<void> {
  const person = { email: 'ada@example.org', password: goodPassword }
  assert.equal((await send(first, '/auth/register', person)).status, 201)
  const { access_token } = (await (await send(first, '/auth/login', person)).json()) as { access_token: string }
  const me = await getJson<{ email: string }>(second, '/auth/me', { authorization: `Bearer ${access_token}` })
  assert.equal(me.email, person.email, 'who signs in at one is signed in at the other')
}

async function assertProbes(members: readonly Member[]): Promise<void> {
  for (const { name, url } of members) {
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    assert.equal((await fetch(`${url}/api/v1/coins`)).status, name.startsWith('api') ? 200 : 404, 'probes only')
    assert.equal((await fetch(`${url}/metrics`)).status, 401)
    const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    assert.match(await metrics.text(), /cryptoflow_process_cpu/)
  }
}

test('a cluster of two api, one live and one jobs process serves one market and restarts without a lost request', {
  skip: noRedis,
  timeout: 400_000,
}, async (t) => {
  const { startCluster } = await openTopology(t)
  const cluster = await startCluster(['--api', '2', '--live', '1', '--jobs', '1'], { METRICS_TOKEN })
  const members = await listMembers(cluster, 0)
  assert.deepEqual(
    members.map(({ name }) => name),
    ['api 1', 'api 2', 'live 1', 'jobs 1'],
  )
  const [first, second, live] = members as [Member, Member, Member]
  const listed = (address: Address) => getJson<CoinList>(address, '/coins?per_page=50')
  for (const address of [first, second, cluster])
    await waitFor(async () => (await listed(address)).total === trackedCoins, 'the market', 60_000)
  for (const address of [first, second])
    await waitFor(async () => !(await getJson<StreamReport>(address, '/ws/status')).stale, 'live prices', 30_000)
  assert.deepEqual((await listed(first)).items, (await listed(second)).items)
  const health = () => getJson<JobHealth[]>(cluster, '/pipeline/health')
  await waitFor(
    async () => (await health()).every(({ last_success_at }) => last_success_at !== null),
    'every job beside the live stream',
    60_000,
  )
  await assertAccounts(first, second)
  await assertProbes(members)

  const reader = follow(t, cluster)
  await waitFor(() => reader.updates > 0, 'prices')
  const endLoad = load(t, cluster)
  process.kill(cluster.pid, 'SIGUSR2')
  const restarted = await listMembers(cluster, 1)
  assert.deepEqual(await endLoad(), [], 'no request is lost')
  assert.deepEqual(reader.codes[0], 1012, 'the reader was told to reconnect')
  process.kill(restarted.find(({ name }) => name === live.name)?.pid ?? 0, 'SIGKILL')
  const seen = reader.updates
  await waitFor(() => reader.updates > seen + 2, 'prices after the live process was started again')

  const connection = findProcess(cluster.dataDir)?.connection ?? ''
  const pool = openPool(connection, { log: quietLog })
  try {
    await waitFor(
      async () => (await pool.query(`select from pipeline_runs where status = 'running'`)).rowCount === 0,
      'the end of the runs',
    )
    await assertInvariants({ pool })
    assert.equal((await pool.query('show max_connections')).rows[0].max_connections, '125')
  } finally {
    await pool.end()
  }
  assert.equal(await cluster.stop(), 0)
  assert.doesNotMatch(cluster.output(), /Error/)
})

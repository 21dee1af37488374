import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import { type TestContext, test } from 'node:test'
import WebSocket from 'ws'
import type { RunList } from '../../contract/pipeline.ts'
import type { Readiness } from '../../contract/status.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'

const sockets = 1000
const loaders = 10
const drainMs = 2000

type Outcome = { askedAt: number; status: number | string }

/** Repeats requests over kept connections until the server refuses them. `cut`: an incomplete response. */
async function load(url: string, agent: Agent, outcomes: Outcome[]): Promise<void> {
  for (;;) {
    const askedAt = Date.now()
    const status = await new Promise<number | string>((resolve) => {
      const request = get(`${url}/api/v1/coins?per_page=50`, { agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.complete ? (response.statusCode ?? 0) : 'cut'))
        response.on('error', () => resolve('cut'))
      })
      request.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message))
    })
    if (status === 'ECONNREFUSED') return
    outcomes.push({ askedAt, status })
  }
}

async function join(t: TestContext, url: string): Promise<{ code: number }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws/prices`)
  t.after(() => socket.terminate())
  const state = { code: 0 }
  socket.on('close', (code) => {
    state.code = code
  })
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject))
  return state
}

test(`stops under load with a running job and ${sockets} sockets: not ready at once, loses no request, ends in time`, {
  timeout: 145_000,
}, async (t) => {
  const simulator = await startSimulator({ coins: 60 })
  t.after(simulator.close)
  const product = await startProduct({
    ROLES: 'api,live,jobs',
    CRYPTOFLOW_MODE: 'live',
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINCAP_WS_URL: simulator.wsUrl,
    COINGECKO_CALLS_PER_MINUTE: '60',
    STREAM_MAX_CLIENTS_PER_IP: '0',
    STOP_DELAY_SECONDS: String(drainMs / 1000),
  })
  t.after(() => product.stop())
  const ask = async <T>(path: string): Promise<T> => (await fetch(product.url + path)).json() as Promise<T>
  await waitFor(
    async () => (await ask<RunList>('/api/v1/pipeline/runs?job_id=backfill_history&status=running')).total === 1,
    'a running backfill',
  )
  const readers: { code: number }[] = []
  for (let count = 0; count < sockets; count += 50)
    readers.push(...(await Promise.all(Array.from({ length: 50 }, () => join(t, product.url)))))
  const agent = new Agent({ keepAlive: true, maxSockets: loaders })
  t.after(() => agent.destroy())
  const outcomes: Outcome[] = []
  const loading = Promise.all(Array.from({ length: loaders }, () => load(product.url, agent, outcomes)))
  await waitFor(() => outcomes.length > 200, 'load')
  const toldAt = Date.now()
  const stopped = product.stop()
  await waitFor(async () => {
    const answer = await fetch(`${product.url}/readyz`)
    return answer.status === 503 && ((await answer.json()) as Readiness).status === 'not_ready'
  })
  assert.equal(await stopped, 0)
  await loading
  const bySend = (isInTime: boolean) => outcomes.filter(({ askedAt }) => askedAt < toldAt + drainMs === isInTime)
  assert.deepEqual(
    bySend(true).filter(({ status }) => status !== 200),
    [],
    'every request during the drain has a response',
  )
  const late = bySend(false)
  const refused = late.filter(({ status }) => status === 'ECONNRESET')
  t.diagnostic(
    `${outcomes.length} requests, ${late.length} after the drain, ${refused.length} of them reset without a response`,
  )
  assert.deepEqual(
    late.filter((one) => one.status !== 200 && !refused.includes(one)),
    [],
    'complete response or none',
  )
  assert.ok(
    outcomes.some(({ askedAt }) => askedAt > toldAt),
    'served requests after the signal',
  )
  assert.deepEqual([...new Set(readers.map(({ code }) => code))], [1012])
})

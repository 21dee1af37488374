import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'
import { createAccountsApi, signUp } from './accounts.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import {
  type FuzzRequest,
  type FuzzResponse,
  hostileTexts,
  type Operation,
  sendRequest,
  toFuzzRequest,
} from './fuzz.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { listOperations, readMessage, readOpenApi } from './openapi.ts'
import { createPublisher } from './publisher.ts'
import { toSnapshot } from './snapshots.ts'

/** `FUZZ_REQUESTS=100000` gives a longer run, `FUZZ_SEED` repeats one. */
const requests = Number(process.env.FUZZ_REQUESTS ?? 2000)
const seed = Number(process.env.FUZZ_SEED ?? 1)
const patience = { timeout: 60_000 + requests * 20 }
const sideBySide = 16
const leakBytes = 40e6
const slowMs = 5000

let database: TestDatabase
let app: FastifyInstance
let url: string
let token: string
let operations: Operation[]
const agent = new Agent({ keepAlive: true, maxSockets: sideBySide })
const hub = new Hub(systemClock)

before(async () => {
  database = await createTestDatabase()
  const snapshots = Array.from({ length: 30 }, (_, index) => toSnapshot(index === 0 ? 'bitcoin' : `coin-${index}`))
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  await runJob(toJobOptions(database, { fetchSnapshots }), 'ingest_market_data')
  app = await createAccountsApi(database, {}, { hub })
  createPublisher(hub).seed({ bitcoin: 1 })
  hub.start()
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  token = (await signUp(app, { db: database.db, role: 'administrator' })).token
  operations = listOperations(await readOpenApi(app))
})
after(async () => {
  agent.destroy()
  hub.stop()
  await app.close()
  await database.drop()
})

const internals =
  /\bat .*\.(ts|js):\d+|node_modules|syntax error|relation "|column "|pg_catalog|argon2id|password_hash|QueryResult/

function assertSafe({ method, path }: FuzzRequest, { status, headers, body, ms }: FuzzResponse): void {
  const what = `${method} ${path.slice(0, 300)}: ${status} ${body.slice(0, 300)}`
  assert.ok(status === 0 || (status >= 200 && status < 500) || status === 501 || status === 503, what)
  assert.ok(ms < slowMs, `${what} after ${ms} ms`)
  assert.equal(headers['x-injected'], undefined, what)
  if (status < 400 || method === 'HEAD') return
  assert.doesNotMatch(body, internals, what)
  readMessage(path, body)
}

const measureHeap = (): number => {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

async function sendAll(from: number, to: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  let next = from
  const sendInTurn = async () => {
    while (next < to) {
      const count = next
      next += 1
      const operation = operations[count % operations.length] as Operation
      const request = toFuzzRequest(operation, { seed, count, token })
      const response = await sendRequest(url, agent, request)
      assertSafe(request, response)
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, sendInTurn))
  return statuses
}

test(
  `${requests} valid and invalid requests cause no server error, reveal no internals and leak no memory`,
  patience,
  async (t) => {
    assert.ok(operations.length > 30, `${operations.length} routes`)
    const warm = Math.floor(requests / 3)
    await sendAll(0, warm)
    const before = measureHeap()
    const statuses = await sendAll(warm, requests)
    const grown = measureHeap() - before
    t.diagnostic(`seed ${seed}: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}, heap ${grown} bytes more`)
    for (const status of [200, 400, 401, 404, 422]) assert.ok((statuses.get(status) ?? 0) > 0, `some ${status}`)
    assert.ok(grown < leakBytes, `${grown} bytes more`)
    assert.equal((await fetch(`${url}/livez`)).status, 200)
  },
)

test('never executes SQL in a query parameter', patience, async () => {
  for (const { method, path, operation } of operations)
    for (const { name, in: place } of operation.parameters ?? [])
      for (const text of hostileTexts.filter((one) => /select|drop|'|\(|desc/.test(one))) {
        if (place !== 'query' || method !== 'GET' || path.includes('/stream/')) continue
        const where = path.replace(/\{\w+\}/, 'bitcoin')
        const request = { method, path: `${where}?${name}=${encodeURIComponent(text)}`, body: undefined }
        const response = await sendRequest(url, agent, { ...request, headers: { authorization: `Bearer ${token}` } })
        assertSafe({ ...request, headers: {} }, response)
        if (response.status === 200 && name === 'search') assert.equal(JSON.parse(response.body).total, 0, request.path)
        else if (name.startsWith('sort')) assert.equal(response.status, 422, request.path)
      }
  const { rows } = await database.pool.query('select count(*)::int as n from users')
  assert.equal(rows[0].n, 1)
})

test('rejects a body of 10 MB and deeply nested JSON at once, and keeps neither', patience, async () => {
  const before = measureHeap()
  for (const { method, path } of operations.filter(({ method: name }) => name !== 'GET')) {
    const where = path.replace(/\{\w+\}/, '1')
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    for (const body of ['x'.repeat(10_485_760), '['.repeat(100_000), `${'{"a":'.repeat(20_000)}`]) {
      const request = { method, path: where, headers, body }
      const response = await sendRequest(url, agent, request)
      assertSafe(request, response)
      if (body.length > 1e6)
        assert.ok([0, 401, 403, 404, 413].includes(response.status), `${method} ${path}: ${response.status}`)
    }
  }
  assert.ok(measureHeap() - before < leakBytes)
})

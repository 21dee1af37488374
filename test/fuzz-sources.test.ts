import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { hourMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { priceRange } from '../server/ranges.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { openFeed } from '../server/sources/open-feed.ts'
import type { Tick } from '../server/sources/source.ts'
import { SourceClock } from '../server/sources/source-clock.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { createApi } from './api.ts'
import { createTestDatabase, quietLog } from './database.ts'
import { chooser } from './fuzz.ts'
import { assertInvariants } from './invariants.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { sendJson, startServer } from './market-server.ts'
import { mutateFrame, mutatePair, mutateRow } from './mutations.ts'
import { listOperations, readOpenApi } from './openapi.ts'
import { waitFor } from './wait.ts'

/** `FUZZ_MUTATIONS=100000` gives a longer run, `FUZZ_SEED` repeats one. */
const mutations = Number(process.env.FUZZ_MUTATIONS ?? 900)
const seed = Number(process.env.FUZZ_SEED ?? 1)
const share = Math.ceil(mutations / 3)
const patience = { timeout: 60_000 + mutations * 20 }
const coins = 250
/** Fewer than half of the rows: the listing as a whole stays plausible. */
const rowsAtOnce = 110
const pointsAtOnce = 100
/** One of this many rounds reads every route, the others only those of the market and of a coin. */
const roundsPerFullRead = 8

type Row = Record<string, unknown>
type Chart = Record<'prices' | 'market_caps' | 'total_volumes', [number, number][]>

/** A warehouse fed by the simulator through a server that mutates its responses. */
async function open(t: TestContext, { from, trackedCoins }: { from: number; trackedCoins: number }) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const state = {
    now: from,
    toListing: (rows: Row[]) => JSON.stringify(rows),
    toChart: (chart: Chart) => JSON.stringify(chart),
  }
  const simulator = await startSimulator({ coins: 400, clock: () => state.now })
  t.after(simulator.close)
  const server = await startServer(async (query, response, count) => {
    const path = server.requests[count - 1]?.path ?? ''
    const answer = await fetch(`${simulator.baseUrl}${path}?${query}`, { headers: { 'user-agent': 'test' } })
    const body = (await answer.json()) as unknown
    if (path.endsWith('/market_chart')) sendJson(response, state.toChart(body as Chart))
    else sendJson(response, query.get('page') === '1' ? state.toListing(body as Row[]) : [])
  })
  t.after(server.close)
  const clock = { ...systemClock, now: () => state.now, sleep: async () => undefined }
  const market = createCoingecko({ clock, baseUrl: server.url, demoKey: null, proKey: null, callsPerMinute: 1e9 })
  const options = toJobOptions(database, market, { clock, trackedCoins })
  const app = await createApi(database.db, { mode: 'demo' })
  t.after(() => app.close())
  const routes = listOperations(await readOpenApi(app)).filter(
    ({ method, path }) => method === 'GET' && !path.includes('/stream/') && !path.includes('/ws/'),
  )
  const read = async (coin: string, round: number) => {
    const isFull = round % roundsPerFullRead === 0
    for (const { path } of routes.filter((route) => isFull || /market|coins/.test(route.path))) {
      const url = path.replace('{id}', encodeURIComponent(coin)).replace('{name}', 'freshness')
      const { statusCode, body } = await app.inject(url.endsWith('/sparklines') ? `${url}?ids=${coin}` : url)
      assert.ok(
        statusCode < 500 || statusCode === 501 || (path.endsWith('readyz') && statusCode === 503),
        `${url}: ${statusCode} ${body}`,
      )
    }
    for (const days of [1, 7, 90, 365])
      for (const kind of ['history', 'ohlcv']) {
        const { statusCode, body } = await app.inject(`/api/v1/coins/${encodeURIComponent(coin)}/${kind}?days=${days}`)
        assert.ok(statusCode < 500, `${coin} ${kind}: ${statusCode} ${body}`)
      }
  }
  const settle = async () => {
    for (const job of ['transform_aggregates', 'compute_analytics', 'data_quality_checks'] as const) {
      const { status, error } = await runJob(options, job)
      assert.ok(status === 'success' || status === 'skipped', `${job}: ${error}`)
    }
    const { rows } = await database.pool.query(
      `select check_name, details from data_quality_checks where status = 'error'`,
    )
    assert.deepEqual(rows, [])
    await assertInvariants(database)
  }
  return { ...database, state, options, read, settle }
}

test(`${share} mutated listings fail no run, and every read responds`, patience, async (t) => {
  const rounds = Math.ceil(share / rowsAtOnce)
  const from = Date.now() - rounds * 2 * hourMs
  const { pool, state, options, read, settle } = await open(t, { from, trackedCoins: coins })
  assert.equal((await runJob(options, 'ingest_market_data')).written, coins)
  let count = 0
  for (let round = 0; count < share; round += 1) {
    const chooses = chooser(seed, round)
    state.now += 2 * hourMs
    state.toListing = (rows) => {
      const first = chooses.below(coins - rowsAtOnce)
      const texts = rows.map((row, index) => {
        if (index < first || index >= first + rowsAtOnce) return JSON.stringify(row)
        const mutated = mutateRow(row, chooses)
        count += mutated.count
        return mutated.text
      })
      return `[${texts.join(',')}]`
    }
    const { status, error, written = 0 } = await runJob(options, 'ingest_market_data')
    assert.equal(status, 'success', `seed ${seed}, round ${round}: ${error}`)
    assert.ok(written >= coins - rowsAtOnce - 2, `seed ${seed}, round ${round}: ${written} written`)
    const { rows } = await pool.query('select coingecko_id from dim_coin order by updated_at desc, id desc limit 40')
    await read(rows[chooses.below(rows.length)].coingecko_id, round)
  }
  await settle()
  const { rows } = await pool.query(
    'select rule, count(*)::int as n from quarantine_market_data group by rule order by 1',
  )
  t.diagnostic(`seed ${seed}, ${count} mutations: ${rows.map(({ rule, n }) => `${rule} ${n}`).join(', ')}`)
  assert.ok(
    !rows.some(({ rule }) => rule.startsWith('database_')),
    'the database rejects no row that passed validation',
  )
})

test(`${share} mutated charts fail no backfill, and every read responds`, patience, async (t) => {
  const rounds = Math.ceil(share / pointsAtOnce)
  const from = Date.now() - rounds * 26 * hourMs
  const { state, options, read, settle } = await open(t, { from, trackedCoins: 1 })
  let count = 0
  for (let round = 0; count < share; round += 1) {
    const chooses = chooser(seed + 1, round)
    state.now += 26 * hourMs
    state.toChart = (chart) => {
      const parts = Object.entries(chart).map(([name, pairs]) => {
        if (name !== 'prices' && chooses.chance(0.02)) return `${JSON.stringify(name)}:null`
        const mutated = new Set(
          Array.from({ length: Math.min(pointsAtOnce, pairs.length / 3) }, () => chooses.below(pairs.length)),
        )
        count += mutated.size
        const texts = pairs.map((pair, index) =>
          mutated.has(index) ? mutatePair(pair, chooses) : JSON.stringify(pair),
        )
        return `${JSON.stringify(name)}:[${texts.join(',')}]`
      })
      return `{${parts.join(',')}}`
    }
    const ingested = await runJob(options, 'ingest_market_data')
    assert.equal(ingested.status, 'success', ingested.error)
    const { status, error } = await runJob(options, 'backfill_history')
    assert.equal(status, 'success', `seed ${seed}, round ${round}: ${error}`)
    await read('bitcoin', round)
  }
  await settle()
  t.diagnostic(`seed ${seed}: ${count} mutations`)
})

test(`${share} mutated stream frames give prices in range or none, and the feed continues`, patience, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.after(() => server.close())
  const simulator = await startSimulator({ coins: 100 })
  t.after(simulator.close)
  const first = new WebSocket(`${simulator.wsUrl}?assets=ALL`)
  const base = await new Promise<Record<string, string>>((resolve) => {
    first.onmessage = ({ data }) => resolve(JSON.parse(String(data)))
  })
  first.close()
  const ids = simulator.market.coins.map(({ id }) => id)
  const heard: Tick[] = []
  const coincap = { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: null }
  let count = 0
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    for (let round = 0; count < share; round += 1) {
      const mutated = mutateFrame(base, 0.4, chooser(seed + 2, round))
      count += mutated.count
      socket.send(mutated.frame)
    }
    socket.send(JSON.stringify({ sound: '42.5' }))
  })
  const feed = openFeed(
    { names: ['coincap'], coincap, clock: new SourceClock(systemClock), log: quietLog },
    (ticks) => {
      for (const tick of ticks) heard.push(tick)
    },
  )
  t.after(() => feed.stop())
  feed.follow([...ids, 'sound'])
  await waitFor(
    () => heard.some(({ coingecko_id }) => coingecko_id === 'sound'),
    'the valid price after all others',
    60_000,
  )
  assert.equal(connections, 1, 'no frame ended the connection')
  for (const { coingecko_id, price_usd } of heard)
    assert.ok(price_usd >= priceRange.min && price_usd <= priceRange.max, `${coingecko_id} ${price_usd}`)
  t.diagnostic(`seed ${seed}: ${count} mutations, ${heard.length} ticks accepted`)
})

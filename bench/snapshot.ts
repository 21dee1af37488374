import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { tickMs } from '../contract/time.ts'
import { type Clock, systemClock } from '../server/clock.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { runJob, toJobOptions } from '../test/jobs.ts'
import { type Bench, median } from './measure.ts'

const coins = 18_000
const rounds = 8
const start = Date.parse('2026-11-02T00:00:00Z')
const limitMs = 2000

/** What the statements of a snapshot do, by a part of their text. */
const stages: Record<string, string> = {
  'as tenfold': 'plausibility',
  'insert into dim_coin': 'coins',
  'update dim_coin': 'coins',
  'from dim_coin': 'coins',
  'insert into fact_market_data': 'facts',
  'insert into latest_market_data': 'latest',
  'insert into stale_candle': 'marks',
  'refresh materialized': 'view',
  commit: 'commit',
}

/** CPU time of the server process of a connection in ms, where /proc has it; else the wall time. */
function toCost(client: pg.PoolClient): number {
  const { processID } = client as pg.PoolClient & { processID: number }
  const file = `/proc/${processID}/schedstat`
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : performance.now()
}

/** Adds the cost of each statement of a pool to its stage in the returned object. */
function costStatements(pool: pg.Pool): Record<string, number> {
  const costs: Record<string, number> = {}
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const measured = (...args: unknown[]): unknown => {
      const before = toCost(client)
      const result = query(...args)
      const [first] = args
      const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '')
      const stage = Object.entries(stages).find(([part]) => text.includes(part))?.[1] ?? 'other'
      const add = () => {
        costs[stage] = (costs[stage] ?? 0) + toCost(client) - before
      }
      if (result instanceof Promise) result.then(add, () => undefined)
      return result
    }
    client.query = measured as typeof client.query
  })
  return costs
}

/**
 * A snapshot of 18,000 coins as the job ingests it, from the request of the first page to commit: the CPU time of this
 * process and of the database against the limit, because the wall time depends on other work. The pages come prepared from
 * another process. `first_`: the first snapshot, which inserts every coin.
 */
export const bench: Bench = async ({ pool, db }) => {
  const script = fileURLToPath(new URL('snapshot-pages.ts', import.meta.url))
  const pages = fork(script, [String(coins), String(start), String(rounds)])
  const [port] = await once(pages, 'message')
  const costs = costStatements(pool)
  let now = start
  const clock: Clock = { ...systemClock, now: () => now }
  const keys = { demoKey: null, proKey: null, callsPerMinute: 1_000_000 }
  const source = createCoingecko({ clock, baseUrl: `http://127.0.0.1:${port}`, ...keys })
  const options = toJobOptions({ pool, db }, source, { clock, trackedCoins: coins })
  const measured: Record<string, number>[] = []
  for (let round = 0; round < rounds; round += 1) {
    pages.send(round)
    now = start + round * tickMs
    for (const stage of Object.keys(costs)) delete costs[stage]
    const [started, usage] = [performance.now(), process.cpuUsage()]
    const { status, written, error } = await runJob(options, 'ingest_market_data')
    if (status !== 'success' || written !== coins) throw new Error(`${status}: ${written} ${error}`)
    const { user, system } = process.cpuUsage(usage)
    const node = (user + system) / 1000
    const database = Object.values(costs).reduce((sum, cost) => sum + cost, 0)
    measured.push({ cpu: node + database, node, database, wall: performance.now() - started, ...costs })
  }
  pages.disconnect()
  const [first = {}, ...later] = measured
  const typical = (name: string) => median(later.map((each) => each[name] ?? 0))
  const numbers = Object.fromEntries(Object.keys(first).map((name) => [`${name}_ms`, typical(name)]))
  const { cpu: first_cpu_ms = Number.NaN, wall: first_wall_ms = Number.NaN } = first
  return { ratio: typical('cpu') / limitMs, limit: 1, ...numbers, first_cpu_ms, first_wall_ms, coins }
}

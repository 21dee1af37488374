import type { TestContext } from 'node:test'
import { type BarKeeper, startBarKeeper } from '../server/live/bar-keeper.ts'
import { createLog } from '../server/log.ts'
import { insertCoins, toTick } from './bars.ts'
import { type BeatClock, createBeatClock } from './beat-clock.ts'
import { administer, createTestDatabase, type TestDatabase } from './database.ts'

export const noon = Date.parse('2026-11-24T12:00:00Z')
const coins = ['bitcoin', 'ethereum']

export type Kept = { keeper: BarKeeper; clock: BeatClock; lines: string[] }
export type Price = { at: number; price_usd: number }

/** A database with two coins. */
export async function openDatabase(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  return { database, ids: await insertCoins(database, coins) }
}

/** Starts a keeper that keeps its log lines, at a stopped clock. */
export function start(
  t: TestContext,
  { database: { pool, db }, ids }: { database: Pick<TestDatabase, 'pool' | 'db'>; ids: Map<string, number> },
  { at = noon, retainDays = 7 } = {},
): Kept {
  const clock = createBeatClock(at)
  const lines: string[] = []
  const log = createLog({ pretty: false, write: (line) => lines.push(line) })
  const keeper = startBarKeeper({ db, pool, clock, log, retainDays })
  t.after(keeper.stop)
  keeper.follow(ids)
  return { keeper, clock, lines }
}

/** The fields of the log lines with a text, without level and time. */
export const listLogged = ({ lines }: Kept, text: string): Record<string, unknown>[] =>
  lines
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg.includes(text))
    .map(({ level: _level, time: _time, msg: _msg, ...fields }) => fields)

/** Streams bitcoin prices every `stepMs` from `from` to `to` (exclusive). */
export function stream(
  { keeper, clock }: Kept,
  { from, to, stepMs = 2000 }: { from: number; to: number; stepMs?: number },
) {
  const prices: Price[] = []
  for (let at = from; at < to; at += stepMs) {
    const price_usd = 100 + Math.sin(at / 7919) * 10
    prices.push({ at, price_usd })
    clock.set(at)
    keeper.add([toTick('bitcoin', at, price_usd)])
  }
  return prices
}

/** Blocks all connections to the database until the returned function is called. */
export async function blockConnections({ connection }: TestDatabase): Promise<() => Promise<unknown>> {
  await administer(`alter database ${connection.database} allow_connections false`)
  await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${connection.database}'`)
  return () => administer(`alter database ${connection.database} allow_connections true`)
}

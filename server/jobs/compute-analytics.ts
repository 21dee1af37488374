import { createHash, type Hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { analyticsPeriods } from '../../contract/lists.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import type { Market } from '../analytics/answers.ts'
import { daysPerYear } from '../analytics/ratios.ts'
import type { Risk } from '../analytics/risk.ts'
import { type AnalyzedCoin, findAnalyticsInput, listAnalyzedCoins, streamCloses } from '../warehouse/analytics-input.ts'
import {
  type CorrelationBlock,
  clearAnalytics,
  insertCorrelations,
  insertRisks,
  type RiskRow,
} from '../warehouse/analytics-output.ts'
import { writeInRun } from '../warehouse/runs.ts'
import { type AnalyticsThread, openAnalyticsThread } from './analytics-thread.ts'
import type { Job, JobDeps, JobRun } from './job.ts'

const days = Math.max(...analyticsPeriods)
const coinsPerBatch = 250
/** Raise this when a formula changes: stored analytics are then recomputed. */
const formulaVersion = 2

/** What a run computes from. `market` refers to coins by their index in `coins`, which is sorted by id. */
type Input = {
  asOf: string
  first: number
  coins: AnalyzedCoin[]
  market: Market
  candles: number
  fingerprint: string
}

/**
 * Computes the risk of every tracked coin and the correlations of the largest over the last closed UTC days, in a worker
 * thread, and replaces the stored analytics in one transaction. Skips when coins and closes have not changed.
 */
export const computeAnalytics: Job = async (deps, run) => {
  const { db, pool } = deps
  const input = await readInput(deps)
  const { asOf, fingerprint, candles, coins } = input
  const details = { as_of: asOf, coins: coins.length, candles, correlated: input.market.correlated.length }
  const empty = { read: 0, written: 0, rejected: 0, details }
  if (candles === 0) return { ...empty, idle: 'no closed day has a candle yet' }
  const stored = await findAnalyticsInput(db)
  if (stored?.fingerprint === fingerprint && !run.full)
    return { ...empty, idle: `the analytics of ${stored.as_of} are up to date` }
  const thread = openAnalyticsThread(input.market, run.signal)
  try {
    const written = await writeInRun(pool, run.id, async (tx, client) => {
      await clearAnalytics(tx, { fingerprint, as_of: asOf })
      let rows = 0
      for await (const risks of streamRisks(thread, input)) rows += await insertRisks(client, asOf, risks)
      run.report({ read: rows, written: rows, rejected: 0, details })
      return rows + (await insertCorrelations(client, asOf, streamCorrelations(thread, input, run)))
    })
    return { read: written, written, rejected: 0, details, hasNewWork: true }
  } finally {
    await thread.close()
  }
}

async function readInput({ db, clock, correlationCoins, riskFreeRate }: JobDeps): Promise<Input> {
  const last = Math.floor(clock.now() / dayMs) * dayMs - dayMs
  const first = last - (days - 1) * dayMs
  const byRank = await listAnalyzedCoins(db)
  const largest = new Set(byRank.filter(({ is_tracked }) => is_tracked).slice(0, correlationCoins))
  const coins = byRank.toSorted((a, b) => a.coin_id - b.coin_id)
  const correlated = coins.flatMap((coin, position) => (largest.has(coin) ? [position] : []))
  const asOf = toUtcDay(last)
  const hash = createHash('sha256').update(
    JSON.stringify({ formulaVersion, asOf, analyticsPeriods, riskFreeRate, correlated }),
  )
  const closes = await allocateCloses(coins.length)
  const candles = await readCloses(db, { coins, closes, hash, from: toUtcDay(first), to: asOf })
  const benchmark = coins.findIndex(({ is_benchmark }) => is_benchmark)
  const market = { closes, days, benchmark, correlated, year: { periods: daysPerYear, riskFreeRate } }
  return { asOf, first, coins, market, candles, fingerprint: hash.digest('hex') }
}

/** A matrix of coins by days, filled with NaN. Yields to the event loop while it is filled. */
async function allocateCloses(coins: number): Promise<Float64Array<ArrayBuffer>> {
  const closes = new Float64Array(coins * days)
  for (let coin = 0; coin < coins; coin += coinsPerBatch) {
    closes.fill(Number.NaN, coin * days, (coin + coinsPerBatch) * days)
    await nextTurn()
  }
  return closes
}

type Reading = { coins: AnalyzedCoin[]; closes: Float64Array; hash: Hash; from: string; to: string }

/** Reads the closes into the matrix and the hash. Returns how many there are. */
async function readCloses(db: JobDeps['db'], { coins, closes, hash, from, to }: Reading): Promise<number> {
  const positions = new Map(coins.map(({ coin_id }, position) => [coin_id, position]))
  hash.update(JSON.stringify(coins))
  let candles = 0
  const coinIds = coins.map(({ coin_id }) => coin_id)
  for await (const rows of streamCloses(db, { coinIds, from, to }))
    for (const packed of rows) {
      const start = (positions.get(packed.coin_id) ?? 0) * days
      const count = packed.closes.length / 8
      for (let n = 0; n < count; n += 1)
        closes[start + packed.days.readInt16BE(2 * n)] = packed.closes.readDoubleBE(8 * n)
      hash.update(`${packed.coin_id}:${count}:`).update(packed.days).update(packed.closes)
      candles += count
    }
  return candles
}

async function* streamRisks(thread: AnalyticsThread, input: Input): AsyncGenerator<RiskRow[]> {
  const { coins, market } = input
  const correlated = new Set(market.correlated)
  for (const period of analyticsPeriods)
    for (let from = 0; from < coins.length; from += coinsPerBatch) {
      const asked = coins.slice(from, from + coinsPerBatch)
      const risks = await thread.ask('risk', { period, from, to: from + asked.length })
      const rows = asked.flatMap(({ coin_id, is_tracked }, n) => {
        const risk = risks[n]
        if (risk === undefined || !is_tracked) return []
        return [
          { coin_id, period_days: period, is_correlated: correlated.has(from + n), ...toRow(risk, input, period) },
        ]
      })
      yield rows
    }
}

function toRow({ best_day, worst_day, ...figures }: Risk, { first }: Input, period: number) {
  const toDate = (day: number | null) => (day === null ? null : toUtcDay(first + (days - period + day) * dayMs))
  return { ...figures, best_day_date: toDate(best_day), worst_day_date: toDate(worst_day) }
}

/** The correlations of the largest coins, about 100,000 pairs at a time. */
async function* streamCorrelations(
  thread: AnalyticsThread,
  { coins, market: { correlated } }: Input,
  run: JobRun,
): AsyncGenerator<CorrelationBlock> {
  const coin_ids = correlated.map((position) => coins[position]?.coin_id ?? 0)
  const coinsAtOnce = Math.max(1, Math.ceil(100_000 / Math.max(1, coin_ids.length)))
  for (const period of analyticsPeriods)
    for (let from = 0; from < coin_ids.length - 1; from += coinsAtOnce) {
      const to = Math.min(coin_ids.length, from + coinsAtOnce)
      run.signal.throwIfAborted()
      yield { coin_ids, period_days: period, from, to, ...(await thread.ask('correlation', { period, from, to })) }
    }
}

import { toMinReturns } from '../contract/returns.ts'
import { Correlations, countPairs } from '../server/analytics/correlations.ts'
import { type Bench, median, timeMs } from './measure.ts'
import { importPeer } from './peer.ts'

const days = 90
const compared = 1000
const largest = 5000
const pairsPerPart = 100_000
const rounds = 5
/** Runs before and during timing. Ours is short and needs more of them. */
const warmUp = 15
const roundsOfOurs = 25
const timesPlain = 20
const timesDuckdb = 30
const tolerance = 1e-9

type Return = number | null

/** Deterministic returns of a coin that follows the market. One coin in 50 lacks some days. */
const simulateReturns = (coin: number): Return[] =>
  Array.from({ length: days }, (_, day) => {
    if (coin % 50 === 7 && (day + coin) % 40 < 3) return null
    return 0.02 * Math.sin(day * day * 0.61803) + 0.03 * Math.sin(coin * 12.9898 + day * day * (0.3 + coin / 7919))
  })

const toTyped = (values: Return[]): Float64Array => Float64Array.from(values, (value) => value ?? Number.NaN)

/** Our method, in the parts that the job requests, into a reused array. */
function correlate(returns: Float64Array[], found: Float64Array): void {
  const correlations = new Correlations(returns, toMinReturns(days + 1))
  const perPart = Math.ceil(pairsPerPart / returns.length)
  for (let from = 0; from < returns.length; from += perPart) {
    const { correlation } = correlations.compute(from, Math.min(returns.length, from + perPart))
    found.set(correlation, countPairs(0, from, returns.length))
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
const toDeviations = (values: number[]): number[] => {
  const mean = sum(values) / values.length
  return values.map((value) => value - mean)
}

/** One pair by the definition, over the days that both have. */
function correlatePair(x: Return[], y: Return[]): number {
  const shared = x.map((value, day) => [value, y[day]]).filter(([a, b]) => a !== null && b !== null) as number[][]
  const dx = toDeviations(shared.map(([a = 0]) => a))
  const dy = toDeviations(shared.map(([, b = 0]) => b))
  const sxy = sum(dx.map((value, index) => value * (dy[index] ?? 0)))
  const sxx = sum(dx.map((value) => value * value))
  const syy = sum(dy.map((value) => value * value))
  return sxy / Math.sqrt(sxx * syy)
}

const correlatePairs = (series: Return[][]): number[] =>
  series.flatMap((x, a) => series.slice(a + 1).map((y) => correlatePair(x, y)))

type Connection = {
  run(sql: string): Promise<unknown>
  runAndReadAll(sql: string): Promise<{ getColumns(): number[][] }>
  createAppender(table: string): Promise<Appender>
}
type Appender = {
  appendInteger(value: number): void
  appendDouble(value: number): void
  endRow(): void
  closeSync(): void
}
type DuckDb = { DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> } }

/** DuckDB with the same returns in its own table, with its default threads. */
async function openDuck(series: Return[][]): Promise<Connection> {
  const { DuckDBInstance } = (await importPeer('@duckdb/node-api', '1.5.6-r.1')) as DuckDb
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  await duck.run('create table r (coin integer, day integer, r double)')
  const appender = await duck.createAppender('r')
  for (const [coin, values] of series.entries())
    for (const [day, value] of values.entries()) {
      if (value === null) continue
      appender.appendInteger(coin)
      appender.appendInteger(day)
      appender.appendDouble(value)
      appender.endRow()
    }
  appender.closeSync()
  return duck
}

const selfJoin = `create or replace temp table pair as select a.coin as a, b.coin as b, corr(a.r, b.r) as correlation
  from r a join r b on a.day = b.day and a.coin < b.coin group by all`

function compare(ours: Float64Array, theirs: number[], whose: string): void {
  const worst = ours.reduce((most, value, pair) => Math.max(most, Math.abs(value - (theirs[pair] ?? Number.NaN))), 0)
  if (ours.length !== theirs.length || !(worst <= tolerance)) throw new Error(`${whose} differs by ${worst}`)
}

/**
 * Correlations of 1,000 coins over 90 returns against map and reduce over each pair, and against DuckDB's corr over a
 * self-join with its default threads. All must agree to 1e-9. Each is warmed up and runs apart from the others, because
 * garbage collection of one would slow another. Then ours of 5,000 coins.
 */
export const bench: Bench = async () => {
  const series = Array.from({ length: compared }, (_, coin) => simulateReturns(coin))
  const typed = series.map(toTyped)
  const many = Array.from({ length: largest }, (_, coin) => toTyped(simulateReturns(coin)))
  const duck = await openDuck(series)
  const times: Record<'ours' | 'plain' | 'duckdb' | 'largest', number[]> = {
    ours: [],
    plain: [],
    duckdb: [],
    largest: [],
  }
  const found = new Float64Array(countPairs(0, compared, compared))
  const foundOfLargest = new Float64Array(countPairs(0, largest, largest))
  let plain: number[] = []
  for (let run = 0; run < warmUp; run += 1) correlate(typed, found)
  for (let run = 0; run < roundsOfOurs; run += 1) times.ours.push(await timeMs(async () => correlate(typed, found)))
  for (let round = 0; round <= rounds; round += 1) {
    const duckdb_ms = await timeMs(() => duck.run(selfJoin))
    if (round > 0) times.duckdb.push(duckdb_ms)
  }
  for (let round = 0; round <= rounds; round += 1) {
    const plain_ms = await timeMs(async () => (plain = correlatePairs(series)))
    if (round > 0) times.plain.push(plain_ms)
  }
  for (let round = 0; round < rounds; round += 1)
    times.largest.push(await timeMs(async () => correlate(many, foundOfLargest)))
  compare(found, plain, 'map and reduce')
  const [joined = []] = (await duck.runAndReadAll('select correlation from pair order by a, b')).getColumns()
  compare(found, joined, 'DuckDB')
  const [threads] = (await duck.runAndReadAll(`select current_setting('threads')::integer`)).getColumns()
  const [ours_ms, plain_ms, duckdb_ms] = [median(times.ours), median(times.plain), median(times.duckdb)]
  return {
    ratio: Math.max((ours_ms / plain_ms) * timesPlain, (ours_ms / duckdb_ms) * timesDuckdb),
    limit: 1,
    times_plain: plain_ms / ours_ms,
    times_duckdb: duckdb_ms / ours_ms,
    pairs: found.length,
    ours_ms,
    plain_ms,
    duckdb_ms,
    duckdb_threads: threads?.[0] ?? Number.NaN,
    ours_5000_ms: median(times.largest),
  }
}

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type pg from 'pg'
import { Correlations } from '../server/analytics/correlations.ts'
import { runJob, toJobOptions } from '../test/jobs.ts'
import { type Bench, median, timeMs } from './measure.ts'

const days = 365
const matrixCoins = 1000
const rowsPerPart = 16
const rounds = 5
const tracked = 5000
const correlated = Number(process.env.CORRELATION_COINS ?? 1000)

/** Returns of so many days, the same for the same coin. */
const simulateReturns = (coin: number): Float64Array =>
  Float64Array.from({ length: days - 1 }, (_, day) => 0.03 * Math.sin(coin * 12.9898 + day * day * 0.61803))

/** Every pair by the definition, with its means and deviations each time. */
function correlatePlainly(returns: Float64Array[]): number {
  let sum = 0
  for (const [a, x] of returns.entries())
    for (const y of returns.slice(a + 1)) {
      let [meanX, meanY] = [0, 0]
      for (let day = 0; day < x.length; day += 1) {
        meanX += (x[day] as number) / x.length
        meanY += (y[day] as number) / x.length
      }
      let sxx = 0
      let syy = 0
      let sxy = 0
      for (let day = 0; day < x.length; day += 1) {
        const dx = (x[day] as number) - meanX
        const dy = (y[day] as number) - meanY
        sxx += dx * dx
        syy += dy * dy
        sxy += dx * dy
      }
      sum += sxy / Math.sqrt(sxx * syy)
    }
  return sum
}

function correlateInBlocks(returns: Float64Array[]): number {
  const correlations = new Correlations(returns, 292)
  let sum = 0
  for (let from = 0; from < returns.length; from += rowsPerPart)
    for (const value of correlations.compute(from, Math.min(returns.length, from + rowsPerPart)).correlation)
      sum += value
  return sum
}

/** How much processor time this thread takes at most between two turns of a 1 ms timer: what others on it wait for. */
function watchTurns(): { stop(): number } {
  let longest = 0
  let before = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, user + system)
    before = process.threadCpuUsage()
  }, 1)
  return {
    stop: () => {
      clearInterval(timer)
      return longest / 1000
    },
  }
}

/** A year of candles of so many coins, each wandering its own way. */
async function insertMarket(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  await client.query('set statement_timeout = 0')
  await client.query(
    `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
     select case n when 1 then 'bitcoin' else 'coin-' || n end, 'c' || n, 'Coin ' || n, n, now(), now()
     from generate_series(1, $1::int) n`,
    [tracked],
  )
  await client.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, samples)
     select n, (now() at time zone 'UTC')::date - day, p, p, p, p, 1 from generate_series(1, $1::int) n,
       generate_series(1, $2::int) day, lateral (select 100 + n % 7 + 10 * sin(n * 12.9898 + day * day * 0.61803) as p) x`,
    [tracked, days],
  )
  await client.query('vacuum analyze fact_daily_ohlcv')
  client.release(true)
}

/**
 * Correlations of 1,000 coins over a year against a plain double loop, and how long the event loop waits at most while
 * the job computes 5,000 coins. CORRELATION_COINS says how many of these are correlated.
 */
export const bench: Bench = async ({ pool, db }) => {
  const returns = Array.from({ length: matrixCoins }, (_, coin) => simulateReturns(coin))
  const times: Record<'blocks' | 'plain', number[]> = { blocks: [], plain: [] }
  for (let round = 0; round < rounds; round += 1) {
    let sums: number[] = []
    times.blocks.push(await timeMs(async () => (sums = [correlateInBlocks(returns)])))
    times.plain.push(await timeMs(async () => sums.push(correlatePlainly(returns))))
    if (Math.abs((sums[0] ?? 0) - (sums[1] ?? 1)) > 1e-6) throw new Error(`they differ: ${sums}`)
  }
  await insertMarket(pool)
  const options = toJobOptions({ pool, db }, {}, { trackedCoins: tracked, correlationCoins: correlated })
  const turns = watchTurns()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let written = 0
  const job_ms = await timeMs(async () => {
    const outcome = await runJob(options, 'compute_analytics')
    if (outcome.status !== 'success') throw new Error(outcome.error)
    written = outcome.written ?? 0
  })
  delay.disable()
  const longest_turn_cpu_ms = turns.stop()
  const { rss } = process.memoryUsage()
  return {
    ratio: median(times.blocks) / median(times.plain),
    limit: 0.5,
    blocks_ms: median(times.blocks),
    plain_ms: median(times.plain),
    job_ms,
    rows_written: written,
    event_loop_delay_ms_p99: delay.percentile(99) / 1e6,
    event_loop_delay_ms_max: delay.max / 1e6,
    longest_turn_cpu_ms,
    rss_mb: rss / 1e6,
    idle_run_ms: await timeMs(() => runJob(options, 'compute_analytics')),
  }
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { ConnectionLimiter } from '../server/api/connection-limiter.ts'
import { servePrices } from '../server/api/sockets.ts'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'
import { runJob, toJobOptions } from '../test/jobs.ts'
import { createPublisher } from '../test/publisher.ts'
import { type Bench, timeMs } from './measure.ts'

const script = fileURLToPath(new URL('./gap-reader.ts', import.meta.url))

const days = 365
const prices = 50
const everyMs = 100
const idleMs = 20_000
const allowedMs = 50
const tracked = 5000
const correlated = Number(process.env.CORRELATION_COINS ?? 1000)

/** Measures the longest CPU time of this thread between two turns of a 1 ms timer, which other work on it waits for. */
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

/** Inserts a year of candles of all coins, each with a different path. */
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
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
     select n, d, p, p, p, p, (d + 1)::timestamp at time zone 'UTC', 1 from generate_series(1, $1::int) n,
       generate_series(1, $2::int) day, lateral (select (now() at time zone 'UTC')::date - day as d) u, lateral (select 100 + n % 7 + 10 * sin(n * 12.9898 + day * day * 0.61803) as p) x`,
    [tracked, days],
  )
  await client.query('vacuum analyze fact_daily_ohlcv')
  client.release(true)
}

/** Opens our price stream in this process at 10 messages/s, and a client of it in another process. */
async function openStream(): Promise<{ takeGaps(): Promise<number[]>; close(): void }> {
  const hub = new Hub(systemClock)
  hub.start()
  const server = createServer().listen(0, '127.0.0.1')
  const limits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }
  servePrices(server, hub, { origins: [], limiter: new ConnectionLimiter(limits) })
  await once(server, 'listening')
  const { publish } = createPublisher(hub)
  let turn = 0
  const timer = setInterval(() => {
    turn += 1
    publish(Object.fromEntries(Array.from({ length: prices }, (_, index) => [`coin-${index}`, 100 + index + turn])))
  }, everyMs)
  const reader = fork(script, [String((server.address() as AddressInfo).port)])
  await once(reader, 'message')
  return {
    takeGaps: async () => {
      reader.send('gaps')
      const [gaps]: number[][] = await once(reader, 'message')
      return (gaps ?? []).sort((a, b) => a - b)
    },
    close: () => {
      clearInterval(timer)
      reader.kill('SIGKILL')
      hub.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}

/**
 * The longest wait of a client at 10 messages/s while the job computes 5,000 coins in the same process, against its
 * idle p99 plus 50 ms. CORRELATION_COINS sets the number of correlated coins.
 */
export const bench: Bench = async ({ pool, db }) => {
  await insertMarket(pool)
  const options = toJobOptions({ pool, db }, {}, { trackedCoins: tracked, correlationCoins: correlated })
  const stream = await openStream()
  try {
    await systemClock.sleep(1000)
    await stream.takeGaps()
    await systemClock.sleep(idleMs)
    const idle = await stream.takeGaps()
    const gap_idle_p99_ms = idle[Math.floor(idle.length * 0.99)] ?? Number.NaN
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
    await systemClock.sleep(2 * everyMs)
    const busy = await stream.takeGaps()
    const gap_max_during_job_ms = busy.at(-1) ?? Number.NaN
    return {
      ratio: gap_max_during_job_ms / (gap_idle_p99_ms + allowedMs),
      limit: 1,
      gap_idle_p99_ms,
      gap_p99_during_job_ms: busy[Math.floor(busy.length * 0.99)] ?? Number.NaN,
      gap_max_during_job_ms,
      frames_during_job: busy.length,
      job_ms,
      rows_written: written,
      event_loop_delay_ms_p99: delay.percentile(99) / 1e6,
      event_loop_delay_ms_max: delay.max / 1e6,
      longest_turn_cpu_ms,
      rss_mb: process.memoryUsage().rss / 1e6,
      idle_run_ms: await timeMs(() => runJob(options, 'compute_analytics')),
    }
  } finally {
    stream.close()
  }
}

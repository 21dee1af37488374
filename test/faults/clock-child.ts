import { dayMs, tickMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import { historyGrids } from '../../server/history.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'

/** Runs jobs across UTC midnights in this process's time zone, and prints the stored rows. */
const pool = openPool(JSON.parse(process.argv[2] ?? ''), { log: quietLog })
let now = 0
const clock = { ...systemClock, now: () => now }
const fetchSnapshots = async () => ({
  source: 'test',
  snapshots: [toSnapshot('a', { price_usd: 1 + (now % dayMs) / dayMs })],
  rejected: [],
})
const fetchHistory = async (_id: string, { granularity }: { granularity: keyof typeof historyGrids }) => {
  const { stepMs } = historyGrids[granularity]
  const newest = Math.floor(now / stepMs) * stepMs
  const points = [2, 1, 0].map((back) => ({
    at: newest - back * stepMs,
    price_usd: 7,
    market_cap: null,
    volume: null,
  }))
  return { source: 'test', received: 3, points: granularity === 'daily' ? points : [], rejected: [] }
}
const options = toJobOptions({ db: openDb(pool), pool }, { fetchSnapshots, fetchHistory }, { clock })
for (const midnight of ['2026-10-25T00:00:00Z', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'])
  for (const step of [-2, -1, 0, 1]) {
    now = Date.parse(midnight) + step * tickMs + 5000
    await runJob(options, 'ingest_market_data')
    await runJob(options, 'transform_aggregates')
  }
await runJob(options, 'backfill_history')
await runJob(options, 'transform_aggregates')
const dump = async (query: string) => (await pool.query(query)).rows
process.stdout.write(
  JSON.stringify({
    facts: await dump(
      'select tableoid::regclass::text as partition, timestamp, date, price_usd from fact_market_data order by timestamp',
    ),
    candles: await dump('select date, open, high, low, close, samples from fact_daily_ohlcv order by date'),
    stale: await dump('select date from stale_candle order by date'),
    runs: await dump('select job_id, status from pipeline_runs order by id'),
  }),
)
await pool.end()

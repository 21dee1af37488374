import { systemClock, tickMs } from '../../server/clock.ts'
import { createRunner } from '../../server/jobs/runner.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { toSnapshot } from '../snapshots.ts'

/** Ingests tick after tick into the database given, 40 good and 2 bad rows each, until it is killed. */
const pool = openPool(JSON.parse(process.argv[2] ?? ''), { log: quietLog })
let tick = Number(process.argv[3])
const fetchSnapshots = async () => ({
  source: 'test',
  snapshots: Array.from({ length: 40 }, (_, index) => toSnapshot(`coin-${index}`, { price_usd: tick + index })),
  rejected: [1, 2].map((n) => ({ coingecko_id: `bad-${n}`, rule: 'price_usd_positive', payload: { n } })),
})
const clock = { ...systemClock, now: () => tick }
const runner = createRunner({
  db: openDb(pool),
  pool,
  market: { fetchSnapshots },
  clock,
  trackedCoins: 42,
  log: quietLog,
})
for (; ; tick += tickMs) {
  await runner.runOnce('ingest_market_data', 'schedule')
  process.stdout.write('done\n')
}

import { systemClock, tickMs } from '../../server/clock.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { runJob, toJobOptions } from '../jobs.ts'
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
const options = toJobOptions({ db: openDb(pool), pool }, { fetchSnapshots }, { clock })
for (; ; tick += tickMs) {
  await runJob(options, 'ingest_market_data')
  process.stdout.write('done\n')
}

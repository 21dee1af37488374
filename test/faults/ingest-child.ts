import pg from 'pg'
import { systemClock } from '../../server/clock.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { isKillPoint, killPoints } from './kill-points.ts'

/** Ingests one snapshot of 40 good and 2 bad rows into a database, and kills itself at the given point. */
const [connection = '', tick = '', point = ''] = process.argv.slice(2)
if (!isKillPoint(point)) throw new Error(`there is no point "${point}"`)
const die = () => process.kill(process.pid, 'SIGKILL')
const { when, query } = killPoints[point]

let wrote = false
const ask = pg.Client.prototype.query
pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
  const [first] = parameters
  const text = typeof first === 'string' ? first : String((first as { text?: string } | undefined)?.text ?? '')
  wrote ||= /^insert into fact_market_data/.test(text)
  const isIt = query?.test(text) === true && (text !== 'commit' || wrote)
  if (isIt && when === 'before') die()
  const answer = Reflect.apply(ask, this, parameters)
  return isIt && answer instanceof Promise ? answer.then(die) : answer
} as typeof ask

const pool = openPool(JSON.parse(connection), { log: quietLog })
const fetchSnapshots = async () => {
  if (point === 'before the fetch') die()
  return {
    source: 'test',
    snapshots: Array.from({ length: 40 }, (_, index) =>
      toSnapshot(`coin-${index}`, { price_usd: Number(tick) + index }),
    ),
    rejected: [1, 2].map((n) => ({ coingecko_id: `bad-${n}`, rule: 'price_usd_positive', payload: { n } })),
  }
}
const clock = { ...systemClock, now: () => Number(tick) }
await runJob(toJobOptions({ db: openDb(pool), pool }, { fetchSnapshots }, { clock }), 'ingest_market_data')
await pool.end()

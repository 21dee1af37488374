import { administer, type TestDatabase } from '../database.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { type Sent, toBadCoin } from './history-market.ts'
import type { Entry } from './history-workers.ts'

type Stored = { tick: string; coin: string; price: number }
type Run = { queue_id: string; attempt: number; status: string; read: number; written: number; rejected: number }
type Outcome = { status: string; written?: number; rejected?: number; error?: string }

/** Keeps the names of quarantined rows for the whole history: the warehouse drops the rows after 7 days. */
export const keepQuarantined = ({ connection }: TestDatabase): Promise<unknown> =>
  administer(
    `create table quarantined (name text);
    create function keep_quarantined() returns trigger language plpgsql security definer as
      'begin insert into public.quarantined values (new.coingecko_id); return new; end';
    create trigger keep_quarantined after insert on quarantine_market_data
      for each row execute function keep_quarantined();
    grant select on quarantined to public`,
    connection.database,
  )

/** The bad rows that runs have stored, each with its number of runs. */
async function countStored({ pool }: TestDatabase): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ name: string; n: number }>(
    `select name, count(*)::int as n from quarantined group by 1`,
  )
  return new Map(rows.map(({ name, n }) => [name, n]))
}

/** A run was answered as it is stored, and a killed one has ended. */
function checkRun(entry: Entry, run: Run | undefined, sent: Sent | undefined, stored: number): string | undefined {
  const outcome = entry.answer as Outcome | undefined
  const status = outcome?.status ?? 'no answer'
  const facts = JSON.stringify({ call: entry.call, answer: entry.answer, run, version: sent?.version, stored })
  if (stored > 1) return `stored twice: ${facts}`
  if (outcome === undefined) {
    const isEnded = run === undefined || ['success', 'abandoned', 'skipped'].includes(run.status)
    const isWhole = stored === 0 ? run?.status !== 'success' || sent === undefined : run?.status !== 'skipped'
    return isEnded && isWhole ? undefined : `a killed run: ${facts}`
  }
  if (status !== 'success' && status !== 'skipped') return `a run without a fault ${status}: ${facts}`
  if (run?.status !== status) return `not stored as answered: ${facts}`
  if (sent !== undefined && stored !== (status === 'success' ? 1 : 0)) return `not stored as answered: ${facts}`
  if (status === 'skipped') return undefined
  const isCounted = run.written === outcome.written && run.read === run.written + run.rejected
  const isComplete = sent === undefined || (run.written === sent.rows.size && run.rejected === 1)
  return isCounted && isComplete ? undefined : `wrong counts: ${facts}`
}

async function checkRuns(database: TestDatabase, entries: readonly Entry[], sent: ReadonlyMap<number, Sent>) {
  const { rows } = await database.pool.query<Run>(`select queue_id, attempt, status, records_read as read,
    records_processed as written, records_rejected as rejected from pipeline_runs`)
  const runs = new Map(rows.map((run) => [`${run.queue_id} ${run.attempt}`, run]))
  const stored = await countStored(database)
  const faults = rows.length === runs.size ? [] : ['a call has two runs']
  for (const entry of entries) {
    const { id, call } = entry
    if (call.name !== 'job') continue
    const key = `${call.queueId} ${call.count}`
    const response = sent.get(id)
    const count = response === undefined ? 0 : (stored.get(toBadCoin(response.version)) ?? 0)
    const fault = checkRun(entry, runs.get(key), response, count)
    if (fault !== undefined) faults.push(fault)
    runs.delete(key)
  }
  if (runs.size > 0) faults.push(`runs that nobody called: ${[...runs.keys()]}`)
  return faults
}

/** The facts of each tick are those of its newest stored response, all of them and no others. */
async function checkFacts(database: TestDatabase, sent: ReadonlyMap<number, Sent>): Promise<string[]> {
  const stored = await countStored(database)
  const expected = new Map<number, Sent>()
  for (const one of sent.values())
    if (stored.has(toBadCoin(one.version)) && one.version > (expected.get(one.tick)?.version ?? 0))
      expected.set(one.tick, one)
  const toLine = (tick: number, coin: string, price: number) => `${new Date(tick).toISOString()} ${coin} ${price}`
  const wanted = [...expected.values()].flatMap(({ tick, rows }) =>
    [...rows].map(([coin, price]) => toLine(tick, coin, price)),
  )
  const { rows } = await database.pool.query<Stored>(`select f.timestamp as tick, c.coingecko_id as coin,
    f.price_usd as price from fact_market_data f join dim_coin c on c.id = f.coin_id`)
  const found = rows.map(({ tick, coin, price }) => toLine(Date.parse(tick), coin, price))
  const latest = await database.pool.query(`select l.coin_id from latest_market_data l
    join (select coin_id, max(timestamp) as timestamp from fact_market_data group by coin_id) n using (coin_id)
    join fact_market_data f on f.coin_id = n.coin_id and f.timestamp = n.timestamp
    where l.timestamp <> f.timestamp or l.price_usd <> f.price_usd`)
  const [wantedSet, foundSet] = [new Set(wanted), new Set(found)]
  return [
    ...(found.length === foundSet.size ? [] : ['a doubled fact']),
    ...wanted.filter((line) => !foundSet.has(line)).map((line) => `lost fact: ${line}`),
    ...found.filter((line) => !wantedSet.has(line)).map((line) => `unknown fact: ${line}`),
    ...latest.rows.map((row) => `not the newest tick: ${JSON.stringify(row)}`),
  ]
}

/** Candles that a rebuild from all facts would change. */
async function checkCandles(database: TestDatabase, now: number): Promise<string[]> {
  const clock = { ...toJobOptions(database, {}).clock, now: () => now }
  const make = async (full: boolean): Promise<string[]> => {
    await runJob(toJobOptions(database, {}, { clock }), 'transform_aggregates', { full })
    const { rows } = await database.pool.query(
      `select coin_id, date, open, high, low, close, volume from fact_daily_ohlcv order by coin_id, date`,
    )
    return rows.map((row) => JSON.stringify(row))
  }
  const [kept, rebuilt] = [await make(false), await make(true)]
  if (rebuilt.length === 0) return ['no candle was made']
  const rebuiltSet = new Set(rebuilt)
  if (kept.length !== rebuilt.length) return [`${kept.length} candles instead of ${rebuilt.length}`]
  return kept.filter((line) => !rebuiltSet.has(line)).map((line) => `a candle that differs from its facts: ${line}`)
}

/** What the warehouse holds other than what the calls were sent and answered. */
export async function checkJobs(
  database: TestDatabase,
  { entries, sent, now }: { entries: readonly Entry[]; sent: ReadonlyMap<number, Sent>; now: number },
): Promise<string[]> {
  return [
    ...(await checkRuns(database, entries, sent)),
    ...(await checkFacts(database, sent)),
    ...(await checkCandles(database, now)),
  ]
}

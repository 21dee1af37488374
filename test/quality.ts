import { sql } from 'kysely'
import type { CheckName, CheckResult } from '../contract/quality.ts'
import { minuteMs } from '../contract/time.ts'
import { checks } from '../server/quality/checks.ts'
import { runCheck } from '../server/quality/run.ts'
import type { Db } from '../server/warehouse/db.ts'
import { splitStatements } from '../server/warehouse/statements.ts'

/** The current time of the fixtures, at a snapshot. */
export const now = '2026-11-24T12:00:00Z'

/** The instant `minutes` before `now`. */
export const before = (minutes: number): string => new Date(Date.parse(now) - minutes * minuteMs).toISOString()

/** A statement that inserts coins. */
export const coins = (count: number, { kind = 'coin', from = 1 } = {}): string => `
  insert into dim_coin (id, coingecko_id, symbol, name, market_cap_rank, kind, first_seen_at, last_seen_at)
  select n, 'coin-' || n, 's' || n, 'Coin ' || n, n, '${kind}', '2026-01-01', '2026-01-01'
  from generate_series(${from}, ${from + count - 1}) n;`

/** A statement that inserts the latest rows of coins. */
export const latest = (
  count: number,
  { at = now, price = '10', cap = '1000', source = 'null', from = 1 } = {},
): string => `
  insert into latest_market_data (coin_id, timestamp, price_usd, market_cap, source_updated_at)
  select n, '${at}', ${price}, ${cap}, ${source} from generate_series(${from}, ${from + count - 1}) n;`

export const fact = (coin: number, at: string, price: number | string, source = 'null'): string => `
  insert into fact_market_data (coin_id, timestamp, price_usd, granularity, source_updated_at)
  values (${coin}, '${at}', ${price}, '10min', ${source});`

/** Facts of a coin every 10 minutes, the last one `lastAgo` minutes before now. */
export const prices = (coin: number, values: number[], lastAgo = 0): string =>
  values.map((price, index) => fact(coin, before((values.length - 1 - index) * 10 + lastAgo), price)).join('')

export const run = (status: string): string => `
  insert into pipeline_runs (job_id, trigger, status, end_time, records_processed)
  values ('ingest_market_data', 'schedule', '${status}', now(), 1);`

type Planted = Pick<CheckResult, 'status' | 'observed' | 'rows_checked' | 'details'>

/** Statements that Citus doesn't pass to its nodes from a message of several. */
const needsOwnMessage = /\b(alter table|create table|set local)\b/

class RolledBack extends Error {}

/** The result of a check over the rows that `plant` inserts, in a transaction that is rolled back. */
export async function runPlanted(
  db: Db,
  name: CheckName,
  { plant, at = now }: { plant: string; at?: string },
): Promise<Planted> {
  const check = checks.find((each) => each.name === name)
  if (check === undefined) throw new Error(`Unknown check ${name}`)
  let result: Planted | undefined
  await db
    .transaction()
    .execute(async (tx) => {
      for (const part of needsOwnMessage.test(plant) ? await splitStatements(plant) : [plant])
        await sql.raw(part).execute(tx)
      result = await runCheck(tx, check, { now: at, trackedCoins: 50 })
      throw new RolledBack()
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error
    })
  if (result === undefined) throw new Error('the check did not run')
  return result
}

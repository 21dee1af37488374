import { sql } from 'kysely'
import { hasClose } from './day.ts'
import type { Db } from './db.ts'

const coinsPerRead = 20

/** The coin that beta and market correlation refer to. */
const benchmark = 'bitcoin'

/** A coin to analyze. The benchmark is included even when it is not tracked. */
export type AnalyzedCoin = { coin_id: number; is_tracked: boolean; is_benchmark: boolean }

/** The tracked coins and bitcoin, best rank first. */
export const listAnalyzedCoins = (db: Db): Promise<AnalyzedCoin[]> =>
  db
    .selectFrom('dim_coin')
    .select((eb) => [
      'id as coin_id',
      'is_tracked',
      eb('coingecko_id', '=', benchmark).$castTo<boolean>().as('is_benchmark'),
    ])
    .where((eb) => eb.or([eb('is_tracked', '=', true), eb('coingecko_id', '=', benchmark)]))
    .orderBy('market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('id')
    .execute()

/**
 * The closes of a coin, packed: `days` are int16 counted from `from`, `closes` float64 in USD, both big-endian and in the
 * order of the days. Days without a close (contract/day.ts) are left out.
 */
export type PackedCloses = { coin_id: number; days: Buffer; closes: Buffer }

/** The closes of the coins on the UTC days from `from` to `to`, both included, 20 coins at a time, in order of id. */
export async function* streamCloses(
  db: Db,
  { coinIds, from, to }: { coinIds: number[]; from: string; to: string },
): AsyncGenerator<PackedCloses[]> {
  const ids = [...coinIds].sort((a, b) => a - b)
  for (let start = 0; start < ids.length; start += coinsPerRead) {
    const { rows } = await sql<PackedCloses>`
      select coin_id, string_agg(int2send((date - ${from}::date)::int2), ''::bytea order by date) as days,
        string_agg(float8send(close), ''::bytea order by date) as closes
      from fact_daily_ohlcv
      where coin_id = any(${ids.slice(start, start + coinsPerRead)}::int[])
        and date >= ${from}::date and date <= ${to}::date and ${hasClose('fact_daily_ohlcv')}
      group by coin_id order by coin_id`.execute(db)
    yield rows
  }
}

/** The fingerprint and day of the stored analytics; undefined when there are none. */
export const findAnalyticsInput = (
  db: Db,
): Promise<{ fingerprint: string; as_of: string; computed_at: string } | undefined> =>
  db.selectFrom('analytics_input').select(['fingerprint', 'as_of', 'computed_at']).executeTakeFirst()

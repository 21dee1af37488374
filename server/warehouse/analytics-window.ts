import type { RiskQuery } from '../../contract/analytics.ts'
import type { CoinKind } from '../../contract/coins.ts'
import { dayMs } from '../../contract/time.ts'
import { streamCloses } from './analytics-input.ts'
import type { Db } from './db.ts'

/** A coin with its names. */
export type NamedCoin = { coin_id: number; coingecko_id: string; symbol: string; name: string }

/** The largest tracked coins. */
export const listLargestCoins = async (
  db: Db,
  { top_n, exclude_stablecoins, exclude_wrapped }: Pick<RiskQuery, 'top_n' | 'exclude_stablecoins' | 'exclude_wrapped'>,
): Promise<(NamedCoin & { kind: CoinKind })[]> => {
  const rows = await db
    .selectFrom('dim_coin')
    .select(['id as coin_id', 'coingecko_id', 'symbol', 'name', 'kind'])
    .where('is_tracked', '=', true)
    .$if(exclude_stablecoins, (query) => query.where('kind', '<>', 'stablecoin'))
    .$if(exclude_wrapped, (query) => query.where('kind', 'not in', ['wrapped', 'staked']))
    .orderBy('market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('id')
    .limit(top_n)
    .execute()
  return rows.map((row) => ({ ...row, kind: row.kind as CoinKind }))
}

/** The closes of the coins, one per UTC day from `from` to `to`, both included (NaN: none), by coin. */
export async function readCloses(
  db: Db,
  { coinIds, from, to }: { coinIds: number[]; from: string; to: string },
): Promise<Map<number, Float64Array>> {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  const closes = new Map(coinIds.map((id) => [id, new Float64Array(days).fill(Number.NaN)]))
  for await (const rows of streamCloses(db, { coinIds, from, to }))
    for (const packed of rows) {
      const own = closes.get(packed.coin_id)
      for (let n = 0; own !== undefined && n < packed.closes.length / 8; n += 1)
        own[packed.days.readInt16BE(2 * n)] = packed.closes.readDoubleBE(8 * n)
    }
  return closes
}

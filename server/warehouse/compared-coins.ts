import { sql } from 'kysely'
import { AppError } from '../errors.ts'
import { hasClose } from './day.ts'
import type { Db } from './db.ts'
import { addLogos } from './logos.ts'

export type ComparedCoin = {
  coin_id: number
  coingecko_id: string
  symbol: string
  name: string
  logo_url: string | null
}

type Row = Omit<ComparedCoin, 'logo_url'> & { wanted: string; image_hash: string | null }

/** Coins by numeric or CoinGecko ids, in their order, each once. Throws `not_found` with the unknown ids. */
export async function listComparedCoins(db: Db, ids: readonly string[]): Promise<ComparedCoin[]> {
  const { rows } = await sql<Row>`
    select distinct on (w.position) w.id as wanted, c.id as coin_id, c.coingecko_id, c.symbol, c.name, i.hash as image_hash
    from unnest(${ids}::text[]) with ordinality as w (id, position)
      join dim_coin c on c.coingecko_id = w.id or c.id::text = w.id left join coin_image i on i.coin_id = c.id
    order by w.position, c.id::text = w.id desc`.execute(db)
  const unknown = ids.filter((id) => !rows.some(({ wanted }) => wanted === id))
  if (unknown.length > 0)
    throw new AppError(
      'not_found',
      unknown.length === 1 ? `Coin with id ${unknown[0]} not found` : `Coins with ids ${unknown.join(', ')} not found`,
    )
  const distinct = rows.filter((row, index) => rows.findIndex(({ coin_id }) => coin_id === row.coin_id) === index)
  return addLogos(distinct.map(({ wanted: _, ...row }) => row))
}

/** The first and last days (UTC) up to `to` with a close of one of the coins; null without any. */
export async function findCloseDays(
  db: Db,
  { coinIds, to }: { coinIds: number[]; to: string },
): Promise<{ first: string; last: string } | null> {
  const { rows } = await sql<{ first: string | null; last: string | null }>`
    select min(date) as first, max(date) as last from fact_daily_ohlcv
    where coin_id = any(${coinIds}::int[]) and date <= ${to}::date and ${hasClose('fact_daily_ohlcv')}`.execute(db)
  const { first = null, last = null } = rows[0] ?? {}
  return first === null || last === null ? null : { first, last }
}

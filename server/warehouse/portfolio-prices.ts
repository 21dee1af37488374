import { sql } from 'kysely'
import type { Db } from './db.ts'
import { addLogos } from './logos.ts'

export type CoinLabel = {
  coin_id: number
  coingecko_id: string
  symbol: string
  name: string
  image_url: string | null
  logo_url: string | null
  kind: string
}

/** Names of coins by id. */
export async function listCoinLabels(db: Db, coinIds: readonly number[]): Promise<Map<number, CoinLabel>> {
  const rows = await db
    .selectFrom('dim_coin as c')
    .leftJoin('coin_image as i', 'i.coin_id', 'c.id')
    .select([
      'c.id as coin_id',
      'c.coingecko_id',
      'c.symbol',
      'c.name',
      'c.image_url',
      'c.kind',
      'i.hash as image_hash',
    ])
    .where('c.id', '=', sql<number>`any(${[...coinIds]}::int[])`)
    .execute()
  return new Map((await addLogos(rows)).map((row) => [row.coin_id, row]))
}

export type LatestPrice = { price_usd: number; price_change_24h_pct: number | null; timestamp: string }

/** The latest snapshot of coins by id, in US dollars. Coins without one are left out. */
export async function listLatestPrices(db: Db, coinIds: readonly number[]): Promise<Map<number, LatestPrice>> {
  const { rows } = await sql<LatestPrice & { coin_id: number }>`
    select coin_id, price_usd, price_change_24h_pct, timestamp from latest_market_data
    where coin_id = any(${[...coinIds]}::int[]) and price_usd is not null`.execute(db)
  return new Map(rows.map(({ coin_id, ...latest }) => [coin_id, latest]))
}

/** Daily closes of a coin in US dollars, oldest first. `at`: the end of the UTC day, in ms since 1970. */
export type Closes = { at: number; price: number }[]

/** The daily closes of coins by id, of the UTC days from `from` on. */
export async function listClosesOf(
  db: Db,
  { coinIds, from }: { coinIds: readonly number[]; from: string },
): Promise<Map<number, Closes>> {
  const { rows } = await sql<{ coin_id: number; at: string; price: number }>`
    select coin_id, (date + 1)::text as at, close as price from fact_daily_ohlcv
    where coin_id = any(${[...coinIds]}::int[]) and date >= ${from}::date and date < current_date
    order by coin_id, date`.execute(db)
  const closes = new Map<number, Closes>()
  for (const { coin_id, at, price } of rows) {
    const list = closes.get(coin_id) ?? []
    list.push({ at: Date.parse(at), price })
    closes.set(coin_id, list)
  }
  return closes
}

export type Candidate = {
  coin_id: number
  coingecko_id: string
  symbol: string
  name: string
  market_cap: number | null
}

/** The coins with these lower-case symbols, by symbol: the largest market cap first, then the best known. */
export async function findCoinsBySymbol(db: Db, symbols: readonly string[]): Promise<Map<string, Candidate[]>> {
  const { rows } = await sql<Candidate & { key: string }>`
    select lower(c.symbol) as key, c.id as coin_id, c.coingecko_id, c.symbol, c.name, l.market_cap
    from dim_coin c left join latest_market_data l on l.coin_id = c.id
    where lower(c.symbol) = any(${[...symbols]}::text[])
    order by l.market_cap desc nulls last, c.is_tracked desc, c.id`.execute(db)
  const found = new Map<string, Candidate[]>()
  for (const { key, ...coin } of rows) found.set(key, [...(found.get(key) ?? []), coin])
  return found
}

/** The coins with these CoinGecko ids, by id. */
export async function findCoinsByIds(db: Db, ids: readonly string[]): Promise<Map<string, Candidate>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Candidate>`
    select c.id as coin_id, c.coingecko_id, c.symbol, c.name, l.market_cap
    from dim_coin c left join latest_market_data l on l.coin_id = c.id
    where c.coingecko_id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map((coin) => [coin.coingecko_id, coin]))
}

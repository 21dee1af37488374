import type { Tick } from '../server/sources/source.ts'
import type { TestDatabase } from './database.ts'

/** A tick at an instant (ms since 1970), received without delay. */
export const toTick = (coingecko_id: string, at: number, price_usd: number): Tick => ({
  coingecko_id,
  price_usd,
  source_at: at,
  received_at: at,
  source: 'test',
})

/** Inserts tracked coins with these CoinGecko ids, numbered from 1. */
export async function insertCoins({ pool }: Pick<TestDatabase, 'pool'>, ids: string[]): Promise<Map<string, number>> {
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
     select id, id, id, position, now(), now() from unnest($1::text[]) with ordinality as u (id, position)
     order by position`,
    [ids],
  )
  const { rows } = await pool.query<{ id: number; coingecko_id: string }>('select id, coingecko_id from dim_coin')
  return new Map(rows.map(({ id, coingecko_id }) => [coingecko_id, id]))
}

type Price = { at: number; price_usd: number }
export type SlowCandle = { opens: number; open: number; high: number; low: number; close: number; samples: number }

/** Candles by their definition, from prices in intervals of `widthMs`. */
export function toSlowCandles(prices: Price[], widthMs: number): SlowCandle[] {
  const stretches = new Map<number, number[]>()
  for (const { at, price_usd } of prices.toSorted((a, b) => a.at - b.at)) {
    const opens = at - (at % widthMs)
    stretches.set(opens, [...(stretches.get(opens) ?? []), price_usd])
  }
  return [...stretches].map(([opens, values]) => ({
    opens,
    open: values.at(0) ?? Number.NaN,
    high: Math.max(...values),
    low: Math.min(...values),
    close: values.at(-1) ?? Number.NaN,
    samples: values.length,
  }))
}

/** The minute candles of a coin, oldest first. */
export async function listBars({ pool }: Pick<TestDatabase, 'pool'>, coinId: number): Promise<SlowCandle[]> {
  const { rows } = await pool.query<SlowCandle>(
    `select (extract(epoch from minute) * 1000)::float8 as opens, open, high, low, close, ticks as samples
     from fact_minute_ohlc where coin_id = $1 order by minute`,
    [coinId],
  )
  return rows
}

import { sql } from 'kysely'
import { dayMs, hourMs } from '../../contract/time.ts'
import { type ExchangeInterval, type Quote, quoteCoins } from '../exchange-candles.ts'
import { hasClose, startOf } from './day.ts'
import type { Db } from './db.ts'

/** US dollars per unit of a quote currency at an instant (ms since 1970). */
type RatePoint = { at: number; rate: number }
type Step = '1d' | '1h'

/** The coin whose prices in two currencies give the rate between them. */
export const rateReference = 'bitcoin'

const hourlySpanMs = 367 * dayMs
/** How much older than the end of a candle its rate may be. */
const maxAgeMs: Readonly<Record<Step, number>> = { '1d': 0, '1h': 2 * hourMs }

/** Closes of the coin of a quote currency in its own USD markets, oldest first. */
async function listMarketRates(
  db: Db,
  coingeckoId: string,
  { step, from }: { step: Step; from: number },
): Promise<RatePoint[]> {
  const width = step === '1d' ? dayMs : hourMs
  const { rows } = await sql<RatePoint>`
    select extract(epoch from f.block_at)::float8 * 1000 + u.slot * ${width}::float8 as at, u.close as rate
    from fact_exchange_ohlcv f join dim_exchange_market m on m.id = f.market_id
      cross join lateral unnest(f.close) with ordinality as u (close, slot)
    where f.coin_id = (select id from dim_coin where coingecko_id = ${coingeckoId}) and f.interval = ${step}
      and f.block_at >= ${new Date(from).toISOString()}::timestamptz and m.quote = 'USD' and m.status = 'accepted'
      and u.close is not null`.execute(db)
  return rows
}

/**
 * Rates from the daily closes of one coin in two markets, in USD and in the quote currency: exchanges traded it in both
 * years before they traded the quote currency itself for dollars.
 */
async function listImpliedRates(db: Db, quote: Quote): Promise<RatePoint[]> {
  const closes = (currency: Quote) => sql`
    select f.coin_id, extract(epoch from f.block_at)::float8 * 1000 + u.slot * ${dayMs}::float8 as at, u.close
    from fact_exchange_ohlcv f join dim_exchange_market m on m.id = f.market_id
      cross join lateral unnest(f.close) with ordinality as u (close, slot)
    where f.coin_id = (select id from dim_coin where coingecko_id = ${rateReference}) and f.interval = '1d'
      and m.quote = ${currency} and m.status = 'accepted' and u.close is not null`
  const { rows } = await sql<RatePoint>`
    with usd as (${closes('USD')}), quoted as (${closes(quote)})
    select usd.at, usd.close / quoted.close as rate from usd join quoted using (coin_id, at)`.execute(db)
  return rows
}

/** Prices of the coin of a quote currency from CoinGecko: daily closes, or the last one of each hour. */
async function listSourceRates(
  db: Db,
  coingeckoId: string,
  { step, from }: { step: Step; from: number },
): Promise<RatePoint[]> {
  const start = new Date(from).toISOString()
  const { rows } =
    step === '1d'
      ? await sql<RatePoint>`
          select extract(epoch from ${startOf(sql`d.date + 1`)})::float8 * 1000 as at, d.close as rate
          from fact_daily_ohlcv d where d.coin_id = (select id from dim_coin where coingecko_id = ${coingeckoId})
            and d.date >= (${start}::timestamptz at time zone 'UTC')::date and ${hasClose('d')}`.execute(db)
      : await sql<RatePoint>`
          select extract(epoch from max(f.timestamp))::float8 * 1000 as at,
            (array_agg(f.price_usd order by f.timestamp desc))[1] as rate
          from fact_market_data f where f.coin_id = (select id from dim_coin where coingecko_id = ${coingeckoId})
            and f.timestamp >= ${start}::timestamptz and f.granularity <> 'daily'
          group by date_bin('1 hour', f.timestamp, timestamptz '2000-01-01 00:00:00+00')`.execute(db)
  return rows
}

/** The rates of quote currencies, read once and kept until `forget`. */
export class QuoteRates {
  readonly #db: Db
  readonly #now: number
  readonly #series = new Map<string, Promise<RatePoint[]>>()

  constructor(db: Db, now: number) {
    this.#db = db
    this.#now = now
  }

  forget(): void {
    this.#series.clear()
  }

  /**
   * US dollars per unit of `quote` at the end of a candle (ms since 1970), from the USD market of its coin on an exchange,
   * otherwise from CoinGecko, otherwise by day from the prices of `rateReference`: of the same day, or up to 2 h older for
   * hours and minutes. Null: unknown.
   */
  async find(quote: Quote, interval: ExchangeInterval, end: number): Promise<number | null> {
    const coin = quoteCoins[quote]
    if (coin === null) return 1
    const step = interval === '1d' ? '1d' : '1h'
    const key = `${coin} ${step}`
    const series = this.#series.get(key) ?? this.#read(quote, coin, step)
    this.#series.set(key, series)
    const points = await series
    const found = points[findLast(points, end)]
    return found !== undefined && end - found.at <= maxAgeMs[step] ? found.rate : null
  }

  async #read(quote: Quote, coin: string, step: Step): Promise<RatePoint[]> {
    const query = { step, from: step === '1d' ? 0 : this.#now - hourlySpanMs }
    const implied = step === '1d' ? await listImpliedRates(this.#db, quote) : []
    const source = await listSourceRates(this.#db, coin, query)
    const markets = await listMarketRates(this.#db, coin, query)
    const byTime = new Map([...implied, ...source, ...markets].map((point) => [point.at, point]))
    return [...byTime.values()].sort((a, b) => a.at - b.at)
  }
}

/** The position of the last point at or before an instant; -1: none. */
function findLast(points: readonly RatePoint[], at: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

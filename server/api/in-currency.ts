import type { CoinHistory, CoinOhlcv, CoinOhlcvIn } from '../../contract/charts.ts'
import type { Coin, CoinDetail, CoinList } from '../../contract/coins.ts'
import { defaultCurrency } from '../../contract/currencies.ts'
import { intervalMs } from '../../contract/intervals.ts'
import type { MarketHistory, MarketHistoryIn, MarketOverview, MarketOverviewIn, Mover } from '../../contract/market.ts'
import type { Sectors } from '../../contract/market-figures.ts'
import { toOwnChange } from '../../contract/shown-currencies.ts'
import {
  type Conversion,
  findConversion,
  listUsdRates,
  toCurrency,
  toResponseCurrency,
  type UsdRate,
} from '../warehouse/currencies.ts'
import type { Db } from '../warehouse/db.ts'
import { toReferencePrice, toReferencePrices } from '../warehouse/reference-prices.ts'

// Responses in US dollars, converted to another currency. `price_usd` stays in US dollars, and `price` is added.

/** `toExtreme`: converts an all-time extreme at the rate of its time. */
function convertCoin<C extends Coin>(coin: C, conversion: Conversion, toExtreme: ToExtreme): C {
  const { usdChanges } = conversion
  const amount = (usd: number | null) => toCurrency(usd, conversion)
  const price = amount(coin.price_usd)
  const changes = {
    price_change_1h_pct: toOwnChange(coin.price_change_1h_pct, usdChanges['1h']),
    price_change_24h_pct: toOwnChange(coin.price_change_24h_pct, usdChanges['24h']),
    price_change_7d_pct: toOwnChange(coin.price_change_7d_pct, usdChanges['7d']),
    price_change_30d_pct: toOwnChange(coin.price_change_30d_pct, usdChanges['30d']),
    price_change_1y_pct: toOwnChange(coin.price_change_1y_pct, usdChanges['1y']),
  }
  const ath = toExtreme(coin.ath, coin.ath_date)
  return {
    ...coin,
    price,
    ...changes,
    ...toReferencePrices({ price_usd: price, ...changes }),
    market_cap: amount(coin.market_cap),
    total_volume: amount(coin.total_volume),
    high_24h: amount(coin.high_24h),
    low_24h: amount(coin.low_24h),
    fully_diluted_valuation: amount(coin.fully_diluted_valuation),
    ath,
    ath_change_pct: toPct(price, ath),
  }
}

type ToExtreme = (usd: number | null, date: string | null) => number | null

/** Converts amounts at the rates of their dates, read at once. */
async function findExtremeRates(db: Db, code: string, dates: (string | null)[]): Promise<ToExtreme> {
  const known = [...new Set(dates)].filter((date) => date !== null)
  const rates = await listUsdRates(db, code, known)
  const byDate = new Map(known.map((date, index) => [date, rates[index]]))
  return (usd, date) => toCurrency(usd, toRate(date === null ? null : byDate.get(date)))
}

/** A page of coins at the rate of the newest snapshot; all-time highs at the rates of their times. */
export async function convertCoins(db: Db, list: CoinList, conversion: Conversion | null): Promise<CoinList> {
  if (conversion === null) return list
  const toExtreme = await findExtremeRates(
    db,
    conversion.code,
    list.items.map(({ ath_date }) => ath_date),
  )
  const items = list.items.map((coin) => convertCoin(coin, conversion, toExtreme))
  return { ...list, currency: toResponseCurrency(conversion), items }
}

/** A coin at the rate of its snapshot; all-time extremes at the rates of their times. */
export async function convertDetail(db: Db, coin: CoinDetail, conversion: Conversion | null): Promise<CoinDetail> {
  if (conversion === null) return coin
  const toExtreme = await findExtremeRates(db, conversion.code, [coin.ath_date, coin.atl_date])
  const converted = convertCoin(coin, conversion, toExtreme)
  const atl = toExtreme(coin.atl, coin.atl_date)
  return {
    ...converted,
    currency: toResponseCurrency(conversion),
    atl,
    atl_change_pct: toPct(converted.price ?? null, atl),
  }
}

const toRate = (rate: UsdRate | null | undefined): { usd_rate: number | null } => ({ usd_rate: rate?.usd_rate ?? null })

function toPct(now: number | null, before: number | null): number | null {
  if (now === null || before === null) return null
  const pct = (now / before - 1) * 100
  return Number.isFinite(pct) ? pct : null
}

function convertMover(mover: Mover, conversion: Conversion): Mover {
  const price = toCurrency(mover.price_usd, conversion)
  const pct = toOwnChange(mover.price_change_24h_pct, conversion.usdChanges['24h']) ?? mover.price_change_24h_pct
  return { ...mover, price, price_change_24h_pct: pct, reference_price_24h: toReferencePrice(price, pct) }
}

/** The overview at the rate of the newest snapshot. */
export function convertOverview(overview: MarketOverview, conversion: Conversion | null): MarketOverviewIn {
  if (conversion === null) return overview
  const day = conversion.usdChanges['24h']
  return {
    ...overview,
    currency: toResponseCurrency(conversion),
    total_market_cap: toCurrency(overview.total_market_cap, conversion),
    total_volume_24h: toCurrency(overview.total_volume_24h, conversion),
    market_cap_change_24h_pct: toOwnChange(overview.market_cap_change_24h_pct, day),
    volume_change_24h_pct: toOwnChange(overview.volume_change_24h_pct, day),
    top_gainers: overview.top_gainers.map((mover) => convertMover(mover, conversion)),
    top_losers: overview.top_losers.map((mover) => convertMover(mover, conversion)),
  }
}

/** Sectors at the rate of the newest snapshot. Their changes are null where the change of the rate is unknown. */
export function convertSectors(sectors: Sectors, conversion: Conversion | null): Sectors {
  if (conversion === null) return sectors
  const day = conversion.usdChanges['24h']
  const toOwn = (pct: number | null) => (day === null ? null : toOwnChange(pct, day))
  return sectors.map((sector) => ({
    ...sector,
    total_market_cap: toCurrency(sector.total_market_cap, conversion),
    total_volume: toCurrency(sector.total_volume, conversion),
    avg_change_24h: toOwn(sector.avg_change_24h),
    market_cap_change_24h_pct: toOwn(sector.market_cap_change_24h_pct),
  }))
}

const toCurrencyAt = async (db: Db, code: string, moment: string | undefined) => {
  const conversion = await findConversion(db, code, moment ?? null)
  return conversion === null ? {} : { currency: toResponseCurrency(conversion) }
}

/** Totals at the rates of their hours. */
export async function convertMarketHistory(db: Db, history: MarketHistory, code: string): Promise<MarketHistoryIn> {
  if (code === defaultCurrency) return history
  const moments = history.points.map(({ timestamp }) => timestamp)
  const rates = await listUsdRates(db, code, moments)
  const points = history.points.map((point, index) => ({
    ...point,
    market_cap: toCurrency(point.market_cap, toRate(rates[index])),
    volume: toCurrency(point.volume, toRate(rates[index])),
  }))
  return { ...history, ...(await toCurrencyAt(db, code, moments.at(-1))), points }
}

/** Prices at the rates of their times. */
export async function convertHistory(db: Db, history: CoinHistory, code: string): Promise<CoinHistory> {
  if (code === defaultCurrency) return history
  const moments = history.prices.map(({ timestamp }) => timestamp)
  const rates = await listUsdRates(db, code, moments)
  const prices = history.prices.map((point, index) => ({
    ...point,
    price: toCurrency(point.price_usd, toRate(rates[index])),
  }))
  return { ...history, ...(await toCurrencyAt(db, code, moments.at(-1))), prices }
}

/** Candles at the rates of their ends, or of `now` (ms since 1970) while in progress. */
export async function convertOhlcv(
  db: Db,
  ohlcv: CoinOhlcv,
  { code, now }: { code: string; now: number },
): Promise<CoinOhlcvIn> {
  if (code === defaultCurrency) return ohlcv
  const all = [...ohlcv.candles, ...ohlcv.in_progress]
  const starts = all.map(({ timestamp }) => Date.parse(timestamp))
  const ends = starts.map((start) => Math.min(start + intervalMs[ohlcv.interval], now))
  const rates = await listUsdRates(db, code, [...ends, ...starts])
  const converted = all.map((candle, index) => {
    const [rate, before] = [rates[index], rates[all.length + index]]
    const amount = (usd: number | null) => toCurrency(usd, toRate(rate))
    return {
      ...candle,
      open: amount(candle.open),
      high: amount(candle.high),
      low: amount(candle.low),
      close: amount(candle.close),
      volume: amount(candle.volume),
      change_pct:
        rate == null || before == null ? null : toOwnChange(candle.change_pct, toPct(rate.usd_rate, before.usd_rate)),
    }
  })
  const newest = ends.reduce((latest, end) => Math.max(latest, end), 0)
  return {
    ...ohlcv,
    ...(await toCurrencyAt(db, code, newest === 0 ? undefined : new Date(newest).toISOString())),
    candles: converted.slice(0, ohlcv.candles.length),
    in_progress: converted.slice(ohlcv.candles.length),
  }
}

import { type ChangeWindow, windowDays } from '../../../contract/coingecko-markets.ts'
import { AppError } from '../../errors.ts'
import { listHourlyPrices, listPastPrices, type MarketRow } from '../../warehouse/coingecko-markets.ts'
import type { Db } from '../../warehouse/db.ts'
import { findNewestTick, listRates, type Rates } from '../../warehouse/rates.ts'

/** The items of a comma-separated parameter, trimmed, without empty ones. */
export const toItems = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** The code of a currency and its rate in US dollars per unit. Throws `unprocessable` for an unknown one. */
export async function getCurrency(db: Db, text: string): Promise<{ code: string; rate: number; at: number }> {
  const [code, at] = [text.toLowerCase(), await findNewestTick(db)]
  const rate = (await listRates(db, at)).get(code)
  if (rate === undefined) throw new AppError('unprocessable', 'invalid vs_currency')
  return { code, rate, at }
}

/** Rounds prices to the decimal places of the `precision` parameter. */
export const toRounder = (precision: string | undefined): ((value: number) => number) =>
  precision === undefined || precision === 'full'
    ? (value) => value
    : (value) => Number(value.toFixed(Number(precision)))

/** A value in each currency: empty when it is unknown. */
export const inCurrencies = (rates: Rates, usd: number | null): Record<string, number> =>
  usd === null ? {} : Object.fromEntries([...rates].map(([currency, rate]) => [currency, usd / rate]))

/** The images of a coin. CoinGecko stores each in several sizes, named in the path. */
export function toImages(url: string | null): { thumb: string; small: string; large: string } {
  const inSize = (size: string) => (url ?? '').replace(/\/(thumb|small|large)\//, `/${size}/`)
  return { thumb: inSize('thumb'), small: inSize('small'), large: inSize('large') }
}

/** How much a value has changed when it changed by so many percent; null when unknown or not finite. */
export function toChange(value: number | null, pct: number | null): number | null {
  if (value === null || pct === null || pct <= -100) return null
  return value - value / (1 + pct / 100)
}

/** The distance of a value from another in percent; null when unknown or not finite. */
export function toChangePct(value: number | null, before: number | null | undefined): number | null {
  if (value === null || before === null || before === undefined) return null
  const pct = (value / before - 1) * 100
  return Number.isFinite(pct) ? pct : null
}

const isStored = (window: ChangeWindow): boolean => ['1h', '24h', '7d'].includes(window)

/**
 * Price changes in US dollars in percent of coins by window; null: unknown. Windows over 7 days are computed from the
 * history.
 */
export async function findChanges(
  db: Db,
  rows: MarketRow[],
  windows: ChangeWindow[],
): Promise<(row: MarketRow, window: ChangeWindow) => number | null> {
  const days = windows.filter((window) => !isStored(window)).map((window) => windowDays[window])
  const past = await listPastPrices(db, { coinIds: rows.map(({ coin_id }) => coin_id), days })
  return (row, window) => {
    if (window === '1h') return row.price_change_1h_pct
    if (window === '24h') return row.price_change_24h_pct
    if (window === '7d') return row.price_change_7d_pct
    return toChangePct(row.price_usd, past.get(`${row.coin_id}:${windowDays[window]}`))
  }
}

/** The hourly prices of 7 days up to the latest snapshot of the coins, by coin. */
export const findSparklines = (db: Db, rows: MarketRow[]): Promise<Map<number, number[]>> =>
  listHourlyPrices(db, {
    coinIds: rows.map(({ coin_id }) => coin_id),
    now: Math.max(0, ...rows.map(({ timestamp }) => Date.parse(timestamp))),
  })

/** The time of the figures of a coin: the source's, or that of the snapshot. */
export const toUpdatedAt = ({ source_updated_at, timestamp }: MarketRow): string => source_updated_at ?? timestamp

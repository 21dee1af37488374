import { sql } from 'kysely'
import { type ChangeWindow, windowDays } from '../../contract/coingecko-markets.ts'
import { defaultCurrency } from '../../contract/currencies.ts'
import { dayMs } from '../../contract/time.ts'
import { findConversion, listCurrencies, listUsdRates } from './currencies.ts'
import type { Db } from './db.ts'

/** US dollars per unit of each currency with a known rate, by code. Always has usd. */
export type Rates = ReadonlyMap<string, number>

/** The time of the newest snapshot, in ms since 1970; without one: now. */
export async function findNewestTick(db: Db): Promise<number> {
  const { rows } = await sql<{ tick: string | null }>`select max(timestamp) as tick from latest_market_data`.execute(db)
  return rows[0]?.tick ? Date.parse(rows[0].tick) : Date.now()
}

/** The rates at an instant (ms since 1970). */
export async function listRates(db: Db, at: number): Promise<Rates> {
  const known = (await listCurrencies(db, at)).flatMap(({ code, usd_rate }): [string, number][] =>
    usd_rate === null ? [] : [[code, usd_rate]],
  )
  return new Map([...known, [defaultCurrency, 1]])
}

/** How the rates of currencies changed up to an instant, in percent by currency and window; null: unknown. */
export type RateChanges = (code: string, window: ChangeWindow) => number | null

export async function findRateChanges(
  db: Db,
  { codes, at, windows }: { codes: string[]; at: number; windows: ChangeWindow[] },
): Promise<RateChanges> {
  const others = windows.length === 0 ? [] : codes.filter((code) => code !== defaultCurrency)
  const changes = new Map<string, number>()
  const backs = [0, ...windows.map((window) => windowDays[window] * dayMs)]
  const moments = backs.map((back) => new Date(at - back).toISOString())
  const past = await readRates(db, moments)
  for (const code of others) {
    const isCoin = code === 'btc' || code === 'eth'
    const rates = isCoin
      ? (await listUsdRates(db, code, moments)).map((rate) => rate?.usd_rate)
      : moments.map((_, index) => past.get(`${code}:${index + 1}`))
    const published = isCoin ? (await findConversion(db, code, toStoredText(at)))?.usdChanges : undefined
    for (const [index, window] of windows.entries()) {
      const [now, then] = [rates[0], rates[index + 1]]
      const own = published?.[window as keyof typeof published]
      const pct = own ?? (now === undefined || then === undefined ? undefined : (now / then - 1) * 100)
      if (pct !== undefined) changes.set(`${code}:${window}`, pct)
    }
  }
  return (code, window) => (code === defaultCurrency ? 0 : (changes.get(`${code}:${window}`) ?? null))
}

/** An instant as the database writes it. */
const toStoredText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

/** US dollars per unit at moments, up to a day old, as `{code}:{position of the moment, from 1}`. */
async function readRates(db: Db, moments: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; usd_rate: number }>`
    select distinct on (m.position, r.currency) r.currency || ':' || m.position as key, r.usd_rate
    from unnest(${moments}::timestamptz[]) with ordinality as m (instant, position)
      join fact_exchange_rate r on r.timestamp <= m.instant and r.timestamp >= m.instant - interval '1 day'
    order by m.position, r.currency, r.timestamp desc`.execute(db)
  return new Map(rows.map(({ key, usd_rate }) => [key, usd_rate]))
}

/** A change in US dollars as one in another currency, in percent; null: unknown. */
export function toOwnPct(pct: number | null, rateChange: number | null): number | null {
  if (pct === null || rateChange === null) return null
  if (rateChange === 0) return pct
  const own = ((1 + pct / 100) / (1 + rateChange / 100) - 1) * 100
  return Number.isFinite(own) ? own : null
}

/**
 * Items in another currency, each by the rate of its moment, but not after `now`. Items without a rate are left out. `divide`:
 * converts an item at a rate in US dollars per unit.
 */
export async function convertEach<T extends { at: number }>(
  db: Db,
  items: T[],
  { code, now, divide }: { code: string; now: number; divide: (item: T, rate: number) => T },
): Promise<T[]> {
  if (code === defaultCurrency) return items
  const rates = await listUsdRates(
    db,
    code,
    items.map(({ at }) => Math.min(at, now)),
  )
  return items.flatMap((item, index) => {
    const rate = rates[index]
    return rate ? [divide(item, rate.usd_rate)] : []
  })
}

/** The newest exchange rates as the source sent them: the value of 1 BTC in each currency. Empty before the first ones. */
export async function listSourceRates(
  db: Db,
): Promise<{ code: string; name: string; unit: string; value: number; type: string }[]> {
  const { rows } = await sql<{ code: string; name: string; unit: string; value: number; type: string }>`
    select c.code, c.name, c.unit, r.units_per_btc as value, c.type
    from dim_currency c join fact_exchange_rate r on r.currency = c.code
    where r.timestamp = (select max(timestamp) from fact_exchange_rate where currency = ${defaultCurrency})
    order by c.code`.execute(db)
  return rows
}

import { sql } from 'kysely'
import {
  type Currency,
  type CurrencyList,
  defaultCurrency,
  maxRateAgeMs,
  type ResponseCurrency,
} from '../../contract/currencies.ts'
import { coinOfCurrency } from '../../contract/shown-currencies.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { AppError } from '../errors.ts'
import type { ExchangeRate } from '../exchange-rates.ts'
import { startOf } from './day.ts'
import type { Db } from './db.ts'

/** US dollars per unit of a currency, and when that was observed. */
export type UsdRate = { usd_rate: number; rate_at: string }

type Named = Pick<Currency, 'code' | 'name' | 'unit' | 'type'>

/** Known before the first exchange rates. */
const builtIn: readonly Named[] = [
  { code: 'usd', name: 'US Dollar', unit: '$', type: 'fiat' },
  { code: 'btc', name: 'Bitcoin', unit: 'BTC', type: 'crypto' },
  { code: 'eth', name: 'Ether', unit: 'ETH', type: 'crypto' },
]

const maxAge = sql.raw(`interval '${maxRateAgeMs} milliseconds'`)

/** When the newest exchange rates were stored, in ms since 1970; null without any. */
export async function findNewestRateTime(db: Db): Promise<number | null> {
  const { rows } = await sql<{ at: string | null }>`
    select max(timestamp) as at from fact_exchange_rate where currency = ${defaultCurrency}`.execute(db)
  const at = rows[0]?.at ?? null
  return at === null ? null : Date.parse(at)
}

/** Stores the exchange rates of a tick, in the caller's transaction. Rates of the same tick are replaced. */
export async function insertRates(tx: Db, { tick, rates }: { tick: Date; rates: ExchangeRate[] }): Promise<void> {
  const usdPerBtc = rates.find(({ code }) => code === defaultCurrency)?.units_per_btc
  if (usdPerBtc === undefined) throw new Error('the exchange rates have no US dollar')
  const codes = rates.map(({ code }) => code)
  await sql`insert into dim_currency (code, name, unit, type, updated_at)
    select s.code, s.name, s.unit, s.type, ${tick}::timestamptz
    from unnest(${codes}::text[], ${rates.map(({ name }) => name)}::text[], ${rates.map(({ unit }) => unit)}::text[],
      ${rates.map(({ type }) => type)}::text[]) as s (code, name, unit, type)
    on conflict (code) do update set name = excluded.name, unit = excluded.unit, type = excluded.type,
      updated_at = excluded.updated_at
    where (dim_currency.name, dim_currency.unit, dim_currency.type) is distinct from (excluded.name, excluded.unit, excluded.type)`.execute(
    tx,
  )
  await sql`insert into fact_exchange_rate (currency, timestamp, units_per_btc, usd_rate)
    select s.code, ${tick}::timestamptz, s.units_per_btc, s.usd_rate
    from unnest(${codes}::text[], ${rates.map(({ units_per_btc }) => units_per_btc)}::float8[],
      ${rates.map(({ units_per_btc }) => usdPerBtc / units_per_btc)}::float8[]) as s (code, units_per_btc, usd_rate)
    on conflict (currency, timestamp) do update set units_per_btc = excluded.units_per_btc, usd_rate = excluded.usd_rate`.execute(
    tx,
  )
}

/** The known currencies by code, with their rates at a moment (ms since 1970). */
export async function listCurrencies(db: Db, moment: number): Promise<CurrencyList> {
  const { rows } = await sql<Named>`select code, name, unit, type from dim_currency`.execute(db)
  const known = new Map([...builtIn, ...rows].map((currency) => [currency.code, currency]))
  const starts = windows.map((window) => toWindowStart(moment, window))
  const [newest, ...before] = await Promise.all([moment, ...starts].map((instant) => listNewest(db, instant)))
  const currencies: CurrencyList = []
  for (const [code, currency] of [...known].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (code in coinOfCurrency || code === defaultCurrency) {
      const conversion = await findConversion(db, code, new Date(moment).toISOString())
      currencies.push({ ...currency, ...toRateFields(conversion ?? dollar(moment)) })
      continue
    }
    const now = newest?.get(code) ?? null
    const usdChanges = toWindows((_, at) => toChange(now, before[at]?.get(code) ?? null))
    const rate = { usd_rate: now?.usd_rate ?? null, rate_at: now?.rate_at ?? null }
    currencies.push({ ...currency, ...toRateFields({ ...rate, usdChanges }) })
  }
  return currencies
}

const dollar = (moment: number): Omit<Conversion, 'code'> => ({
  usd_rate: 1,
  rate_at: new Date(moment).toISOString(),
  usdChanges: toWindows(() => 0),
})

const toRateFields = ({ usd_rate, rate_at, usdChanges }: Omit<Conversion, 'code'>) => ({
  usd_rate,
  rate_at,
  usd_rate_change_1h_pct: usdChanges['1h'],
  usd_rate_change_24h_pct: usdChanges['24h'],
  usd_rate_change_7d_pct: usdChanges['7d'],
  usd_rate_change_30d_pct: usdChanges['30d'],
  usd_rate_change_1y_pct: usdChanges['1y'],
})

async function listNewest(db: Db, now: number): Promise<Map<string, UsdRate>> {
  const at = new Date(now)
  const { rows } = await sql<UsdRate & { currency: string }>`
    select distinct on (currency) currency, usd_rate, timestamp as rate_at from fact_exchange_rate
    where timestamp <= ${at}::timestamptz and timestamp >= ${at}::timestamptz - ${maxAge}
    order by currency, timestamp desc`.execute(db)
  return new Map(rows.map(({ currency, ...rate }) => [currency, rate]))
}

/** The code of a known currency, in lower case. Throws `unprocessable` with the known codes. */
export async function resolveCurrency(db: Db, text: string): Promise<string> {
  const code = text.toLowerCase()
  if (builtIn.some((currency) => currency.code === code)) return code
  const { rows } = await sql<{ code: string }>`select code from dim_currency order by code`.execute(db)
  if (rows.some((row) => row.code === code)) return code
  const codes = new Set([...builtIn, ...rows].map((row) => row.code))
  throw new AppError('unprocessable', `vs_currency must be one of ${[...codes].sort().join(', ')} (got ${code}).`)
}

/**
 * The rate of a currency at a moment: the latest at or before it, up to 24 h old; null without one. That of a day is the one
 * at its end.
 */
export async function findUsdRate(db: Db, code: string, moment: string | number): Promise<UsdRate | null> {
  return (await listUsdRates(db, code, [moment]))[0] ?? null
}

/** As `findUsdRate` for several moments (RFC 3339 or ms since 1970), in their order. */
export async function listUsdRates(
  db: Db,
  code: string,
  moments: readonly (string | number)[],
): Promise<(UsdRate | null)[]> {
  const instants = moments.map((moment) => new Date(moment).toISOString())
  if (code === defaultCurrency) return instants.map((rate_at) => ({ usd_rate: 1, rate_at }))
  const distinct = [...new Set(instants)]
  if (distinct.length === 0) return []
  const coin = coinOfCurrency[code]
  const found = coin === undefined ? await readRates(db, code, distinct) : await readCoinPrices(db, coin, distinct)
  return instants.map((instant) => found.get(instant) ?? null)
}

type Found = UsdRate & { position: number }

const toFound = (instants: readonly string[], rows: Found[]): Map<string, UsdRate> =>
  new Map(rows.map(({ position, usd_rate, rate_at }) => [instants[position - 1] ?? '', { usd_rate, rate_at }]))

async function readRates(db: Db, code: string, instants: string[]): Promise<Map<string, UsdRate>> {
  const { rows } = await sql<Found>`select m.position::int as position, r.usd_rate, r.timestamp as rate_at
    from unnest(${instants}::timestamptz[]) with ordinality as m (instant, position),
      lateral (select usd_rate, timestamp from fact_exchange_rate where currency = ${code}
        and timestamp <= m.instant and timestamp >= m.instant - ${maxAge} order by timestamp desc limit 1) r`.execute(
    db,
  )
  return toFound(instants, rows)
}

/** The prices of a coin; closes of days where the facts were dropped. */
async function readCoinPrices(db: Db, coin: string, instants: string[]): Promise<Map<string, UsdRate>> {
  const { rows: coins } = await sql<{ id: number }>`select id from dim_coin where coingecko_id = ${coin}`.execute(db)
  const id = coins[0]?.id
  if (id === undefined) return new Map()
  const end = startOf(sql`date + 1`)
  const { rows } = await sql<Found>`select m.position::int as position, p.price_usd as usd_rate, p.timestamp as rate_at
    from unnest(${instants}::timestamptz[]) with ordinality as m (instant, position),
      lateral (select price_usd, timestamp from fact_market_data where coin_id = ${id}
        and timestamp <= m.instant and timestamp >= m.instant - ${maxAge} order by timestamp desc limit 1) p`.execute(
    db,
  )
  const found = toFound(instants, rows)
  const missing = instants.filter((instant) => !found.has(instant))
  if (missing.length === 0) return found
  const { rows: closes } =
    await sql<Found>`select m.position::int as position, c.close as usd_rate, c.close_at as rate_at
    from unnest(${missing}::timestamptz[]) with ordinality as m (instant, position),
      lateral (select close, close_at from fact_daily_ohlcv where coin_id = ${id} and close_at <= m.instant
        and close_at >= m.instant - ${maxAge}
        and ${end} >= m.instant - ${maxAge} - interval '1 hour' and ${end} <= m.instant + interval '1 hour'
        order by close_at desc limit 1) c`.execute(db)
  return new Map([...found, ...toFound(missing, closes)])
}

const windowMs = { '1h': hourMs, '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs, '1y': 365 * dayMs } as const
/** Windows of the changes in a snapshot. */
type Window = keyof typeof windowMs
const windows = Object.keys(windowMs) as Window[]

const toWindows = <T>(toValue: (window: Window, index: number) => T): Record<Window, T> =>
  Object.fromEntries(windows.map((window, index) => [window, toValue(window, index)])) as Record<Window, T>

/** The start of a window, in ms since 1970. The longer ones start at the nearest midnight, as in mv_latest_market_data. */
function toWindowStart(moment: number, window: Window): number {
  const start = moment - windowMs[window]
  return windowMs[window] > 7 * dayMs ? Math.round(start / dayMs) * dayMs : start
}

/**
 * What converts figures in US dollars at one moment. `usd_rate`: US dollars per unit; null: unknown. `usdChanges`: the change of
 * that rate over the windows in percent; null where a rate is unknown.
 */
export type Conversion = {
  code: string
  usd_rate: number | null
  rate_at: string | null
  usdChanges: Record<Window, number | null>
}

const toChange = (now: UsdRate | null, before: UsdRate | null): number | null =>
  now === null || before === null ? null : (now.usd_rate / before.usd_rate - 1) * 100

/**
 * The conversions to a currency at several moments, in their order. For BTC and ETH at the newest snapshot, the changes are
 * those that the source publishes, as for any coin.
 */
async function listConversions(db: Db, code: string, moments: readonly string[]): Promise<Conversion[]> {
  const instants = moments
    .map((moment) => Date.parse(moment))
    .flatMap((moment) => [moment, ...windows.map((window) => toWindowStart(moment, window))])
  const rates = await listUsdRates(db, code, instants)
  const published = coinOfCurrency[code] === undefined ? null : await findPublishedChanges(db, coinOfCurrency[code])
  return moments.map((moment, index) => {
    const [now = null, ...before] = rates.slice(index * (1 + windows.length))
    const usdChanges =
      published !== null && published.timestamp === moment
        ? published.changes
        : toWindows((_, at) => toChange(now, before[at] ?? null))
    return { code, usd_rate: now?.usd_rate ?? null, rate_at: now?.rate_at ?? null, usdChanges }
  })
}

async function findPublishedChanges(
  db: Db,
  coin: string,
): Promise<{ timestamp: string; changes: Conversion['usdChanges'] } | null> {
  const row = await db
    .selectFrom('mv_latest_market_data')
    .where('coingecko_id', '=', coin)
    .select(['timestamp', ...windows.map((window) => `price_change_${window}_pct` as const)])
    .executeTakeFirst()
  if (row?.timestamp == null) return null
  return { timestamp: row.timestamp, changes: toWindows((window) => row[`price_change_${window}_pct`]) }
}

/** The conversion at one moment; null for US dollars. Without a moment: no rate. */
export async function findConversion(db: Db, code: string, moment: string | null): Promise<Conversion | null> {
  if (code === defaultCurrency) return null
  const unknown = { code, usd_rate: null, rate_at: null, usdChanges: toWindows(() => null) }
  return (moment === null ? undefined : (await listConversions(db, code, [moment]))[0]) ?? unknown
}

/** What a response says of its currency. */
export const toResponseCurrency = ({ code, usd_rate, rate_at, usdChanges }: Conversion): ResponseCurrency => {
  const change_currency = toWindows((window) => (usdChanges[window] === null ? defaultCurrency : code))
  return { code, usd_rate, rate_at, change_currency }
}

/** An amount in US dollars in the currency; null without a rate. */
export function toCurrency(usd: number | null, { usd_rate }: Pick<Conversion, 'usd_rate'>): number | null {
  if (usd === null || usd_rate === null) return null
  const amount = usd / usd_rate
  return Number.isFinite(amount) ? amount : null
}

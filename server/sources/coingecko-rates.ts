import { type CurrencyType, currencyTypes } from '../../contract/currencies.ts'
import { SourceError } from '../errors.ts'
import type { ExchangeRate } from '../exchange-rates.ts'
import type { Range } from '../ranges.ts'
import { checkNumber, checkText } from './boundary.ts'

/** Units per BTC: from kilograms of a metal to the weakest currencies. */
const rateRange: Range = { min: 1e-12, max: 1e18, zero: false }
const maxNameLength = 100
const maxUnitLength = 20

const isType = (value: unknown): value is CurrencyType => currencyTypes.some((type) => type === value)

function toRate(code: string, row: unknown): ExchangeRate | null {
  if (!/^[a-z0-9-]{2,20}$/.test(code) || typeof row !== 'object' || row === null) return null
  const { name, unit, type, value } = row as Record<string, unknown>
  const units_per_btc = checkNumber(value, rateRange).value
  if (units_per_btc === null || !isType(type)) return null
  return {
    code,
    name: checkText(name, maxNameLength).value ?? code.toUpperCase(),
    unit: checkText(unit, maxUnitLength).value ?? code.toUpperCase(),
    type,
    units_per_btc,
  }
}

/**
 * Parses a body of `/exchange_rates`: each currency with what 1 BTC is worth in it. Leaves out invalid currencies. Throws
 * `SourceError` if the body has no US dollar, without which no rate can be used.
 */
export function parseRates(body: unknown): ExchangeRate[] {
  const rates = typeof body === 'object' && body !== null && 'rates' in body ? body.rates : undefined
  const rows = typeof rates === 'object' && rates !== null ? Object.entries(rates) : []
  const valid = rows.map(([code, row]) => toRate(code, row)).filter((rate) => rate !== null)
  if (!valid.some(({ code }) => code === 'usd'))
    throw new SourceError('coingecko', 'broken', 'CoinGecko sent no exchange rate of the US dollar.')
  return valid
}

import type { RejectedRow, Snapshot } from '../snapshot.ts'
import { toKind } from './id-map.ts'

type Row = Record<string, unknown>

class BrokenRule extends Error {
  readonly rule: string

  constructor(rule: string) {
    super(rule)
    this.rule = rule
  }
}

const text = (row: Row, field: string, name = field): string => {
  const value = row[field]
  if (typeof value !== 'string' || value.trim() === '') throw new BrokenRule(`${name}_present`)
  return value
}

const number = (row: Row, field: string, name = field): number | null => {
  const value = row[field]
  if (value === null || value === undefined) return null
  if (typeof value !== 'number') throw new BrokenRule(`${name}_number`)
  if (!Number.isFinite(value)) throw new BrokenRule(`${name}_finite`)
  return value
}

const amount = (row: Row, field: string, name = field): number | null => {
  const value = number(row, field, name)
  if (value !== null && value < 0) throw new BrokenRule(`${name}_not_negative`)
  return value
}

/** CoinGecko sends 0 where it does not know. */
const amountOrUnknown = (row: Row, field: string, name = field): number | null => amount(row, field, name) || null

const price = (row: Row): number => {
  const value = number(row, 'current_price', 'price_usd')
  if (value === null) throw new BrokenRule('price_usd_present')
  if (value <= 0) throw new BrokenRule('price_usd_positive')
  return value
}

const rank = (row: Row): number | null => {
  const value = number(row, 'market_cap_rank')
  if (value !== null && (!Number.isInteger(value) || value < 1 || value > 2_147_483_647))
    throw new BrokenRule('market_cap_rank_positive_integer')
  return value
}

const instant = (row: Row, field: string, name = field): string | null => {
  const value = row[field]
  if (value === null || value === undefined) return null
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(ms)) throw new BrokenRule(`${name}_instant`)
  return new Date(ms).toISOString()
}

const imageUrl = (row: Row): string | null =>
  typeof row.image === 'string' && /^https?:\/\//.test(row.image) ? row.image : null

function toSnapshot(row: Row): Snapshot {
  const coingecko_id = text(row, 'id', 'coingecko_id')
  const name = text(row, 'name')
  return {
    coingecko_id,
    symbol: text(row, 'symbol'),
    name,
    image_url: imageUrl(row),
    kind: toKind(coingecko_id, name),
    market_cap_rank: rank(row),
    price_usd: price(row),
    market_cap: amountOrUnknown(row, 'market_cap'),
    fully_diluted_valuation: amountOrUnknown(row, 'fully_diluted_valuation'),
    volume: amount(row, 'total_volume', 'volume'),
    high_24h: amount(row, 'high_24h'),
    low_24h: amount(row, 'low_24h'),
    price_change_1h_pct: number(row, 'price_change_percentage_1h_in_currency', 'price_change_1h_pct'),
    price_change_24h_pct: number(row, 'price_change_percentage_24h', 'price_change_24h_pct'),
    price_change_7d_pct: number(row, 'price_change_percentage_7d_in_currency', 'price_change_7d_pct'),
    market_cap_change_24h_pct: number(row, 'market_cap_change_percentage_24h', 'market_cap_change_24h_pct'),
    circulating_supply: amount(row, 'circulating_supply'),
    total_supply: amount(row, 'total_supply'),
    max_supply: amount(row, 'max_supply'),
    ath: amount(row, 'ath'),
    ath_date: instant(row, 'ath_date'),
    atl: amount(row, 'atl'),
    atl_date: instant(row, 'atl_date'),
    source_updated_at: instant(row, 'last_updated', 'source_updated_at'),
  }
}

/** One row of `/coins/markets` as a snapshot, or the rule that it breaks. Unknown keys are ignored. */
export function parseMarketRow(row: unknown): Snapshot | RejectedRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { coingecko_id: null, rule: 'row_object', payload: row }
  try {
    return toSnapshot(row as Row)
  } catch (error) {
    if (!(error instanceof BrokenRule)) throw error
    const id = (row as Row).id
    return { coingecko_id: typeof id === 'string' && id !== '' ? id : null, rule: error.rule, payload: row }
  }
}

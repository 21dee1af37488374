import { extremeRange, percentRange, priceRange, type Range, supplyRange, valueRange } from '../ranges.ts'
import type { RejectedRow, Snapshot } from '../snapshot.ts'
import {
  type Checked,
  checkId,
  checkInstant,
  checkNumber,
  checkRank,
  checkText,
  checkUrl,
  textLengths,
} from './boundary.ts'
import { toKind, toUnderlying } from './id-map.ts'

type Row = Record<string, unknown>

/** A parsed row. `broken` lists the rules that optional fields broke, which are null in the snapshot. */
export type ParsedRow = { snapshot: Snapshot; broken: string[] } | { rejected: RejectedRow }

class BrokenRule extends Error {
  readonly rule: string

  constructor(rule: string) {
    super(rule)
    this.rule = rule
  }
}

/** Returns the value of a required field. */
function requireValue<T>({ value, broken }: Checked<T>, name: string): T {
  if (value === null) throw new BrokenRule(`${name}_${broken ?? 'present'}`)
  return value
}

function toSnapshot(row: Row, now: number): { snapshot: Snapshot; broken: string[] } {
  const broken: string[] = []
  const keep = <T>(checked: Checked<T>, name: string): T | null => {
    if (checked.broken !== null) broken.push(`${name}_${checked.broken}`)
    return checked.value
  }
  const label = (field: 'symbol' | 'name'): string => {
    const checked = checkText(row[field], textLengths[field])
    const value = requireValue(checked, field)
    keep(checked, field)
    return value
  }
  const figure = (field: string, range: Range, name = field) => keep(checkNumber(row[field], range), name)
  const instant = (field: string, name = field) => keep(checkInstant(row[field], now), name)
  const coingecko_id = requireValue(checkId(row.id), 'coingecko_id')
  const name = label('name')
  const snapshot: Snapshot = {
    coingecko_id,
    symbol: label('symbol'),
    name,
    image_url: keep(checkUrl(row.image), 'image_url'),
    kind: toKind(coingecko_id, name),
    underlying: toUnderlying(coingecko_id),
    market_cap_rank: keep(checkRank(row.market_cap_rank), 'market_cap_rank'),
    price_usd: requireValue(checkNumber(row.current_price, priceRange), 'price_usd'),
    market_cap: zeroToNull(figure('market_cap', valueRange)),
    fully_diluted_valuation: zeroToNull(figure('fully_diluted_valuation', valueRange)),
    volume: figure('total_volume', valueRange, 'volume'),
    high_24h: figure('high_24h', extremeRange),
    low_24h: figure('low_24h', extremeRange),
    price_change_1h_pct: figure('price_change_percentage_1h_in_currency', percentRange, 'price_change_1h_pct'),
    price_change_24h_pct: figure('price_change_percentage_24h', percentRange, 'price_change_24h_pct'),
    price_change_7d_pct: figure('price_change_percentage_7d_in_currency', percentRange, 'price_change_7d_pct'),
    market_cap_change_24h_pct: figure('market_cap_change_percentage_24h', percentRange, 'market_cap_change_24h_pct'),
    circulating_supply: figure('circulating_supply', supplyRange),
    total_supply: figure('total_supply', supplyRange),
    max_supply: figure('max_supply', supplyRange),
    ath: figure('ath', extremeRange),
    ath_date: instant('ath_date'),
    atl: figure('atl', extremeRange),
    atl_date: instant('atl_date'),
    source_updated_at: instant('last_updated', 'source_updated_at'),
  }
  return { snapshot, broken }
}

/** CoinGecko sends 0 for an unknown value. */
const zeroToNull = (value: number | null): number | null => value || null

/**
 * Parses one row of `/coins/markets` at `now` (ms since 1970). Rejects a row without a valid id, symbol, name or price,
 * with the rule it breaks. Any other invalid field becomes null, and its rule is listed. Unknown keys are ignored.
 */
export function parseMarketRow(row: unknown, now: number): ParsedRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { rejected: { coingecko_id: null, rule: 'row_object', payload: row } }
  try {
    return toSnapshot(row as Row, now)
  } catch (error) {
    if (!(error instanceof BrokenRule)) throw error
    return { rejected: { coingecko_id: checkId((row as Row).id).value, rule: error.rule, payload: row } }
  }
}

import type { SimulatedCoin } from './coins.ts'
import { hash } from './hash.ts'
import type { Market } from './model.ts'

const rangeStep = 600
const windows: Readonly<Record<string, number>> = {
  '1h': 3600,
  '24h': 86_400,
  '7d': 7 * 86_400,
  '14d': 14 * 86_400,
  '30d': 30 * 86_400,
  '200d': 200 * 86_400,
  '1y': 365 * 86_400,
}

export type ListingQuery = {
  ids: string[] | null
  order: string
  perPage: number
  page: number
  changes: string[]
  sparkline: boolean
}

export type Row = Record<string, unknown>

type Ranked = { coin: SimulatedCoin; cap: number; rank: number | null }

/** Pages of `/coins/markets` at one second. Ranks are cached until the second changes. */
export class Listing {
  readonly #market: Market
  #second = Number.NaN
  #ranked: Ranked[] = []

  constructor(market: Market) {
    this.#market = market
  }

  listPage(second: number, { ids, order, perPage, page, changes, sparkline }: ListingQuery): Row[] {
    const ranked = this.#rank(second)
    const wanted = ids === null ? ranked : ranked.filter(({ coin }) => ids.includes(coin.id))
    const ordered = order === 'market_cap_desc' ? wanted : this.#sort([...wanted], order, second)
    return ordered
      .slice((page - 1) * perPage, page * perPage)
      .map((entry) => this.#toRow(entry, second, { changes, sparkline }))
  }

  #rank(second: number): Ranked[] {
    if (second === this.#second) return this.#ranked
    this.#second = second
    const listed = this.#market.coins
      .filter((coin) => coin.born <= second)
      .map((coin) => ({ coin, cap: this.#market.capAt(coin, second) ?? 0 }))
      .sort((a, b) => b.cap - a.cap)
    this.#ranked = listed.map((entry, index) => ({ ...entry, rank: entry.cap > 0 ? index + 1 : null }))
    return this.#ranked
  }

  #sort(entries: Ranked[], order: string, second: number): Ranked[] {
    const volume = (entry: Ranked) => this.#market.volumeAt(entry.coin, second) ?? 0
    const byId = (a: Ranked, b: Ranked) => (a.coin.id < b.coin.id ? -1 : 1)
    const orders: Record<string, (a: Ranked, b: Ranked) => number> = {
      market_cap_asc: (a, b) => a.cap - b.cap,
      volume_desc: (a, b) => volume(b) - volume(a),
      volume_asc: (a, b) => volume(a) - volume(b),
      id_asc: byId,
      id_desc: (a, b) => byId(b, a),
    }
    const compare = orders[order]
    return compare === undefined ? entries : entries.sort(compare)
  }

  #change(coin: SimulatedCoin, second: number, window: number): { price: number; before: number } | null {
    const price = this.#market.priceAt(coin, second)
    const before = this.#market.priceAt(coin, second - window)
    return price === null || before === null ? null : { price, before }
  }

  #toRow({ coin, rank }: Ranked, second: number, options: { changes: string[]; sparkline: boolean }): Row {
    const market = this.#market
    const price = market.priceAt(coin, second)
    const cap = market.capAt(coin, second)
    const range = market.rangeOf(coin, { from: Math.max(second - 86_400, coin.born), to: second, step: rangeStep })
    const day = this.#change(coin, second, 86_400)
    const pct = day === null ? null : Number(((day.price / day.before - 1) * 100).toFixed(5))
    const extremes = market.extremesOf(coin, second)
    const from = (extreme: number | undefined) =>
      price === null || extreme === undefined ? null : Number(((price / extreme - 1) * 100).toFixed(5))
    const supply = coin.unknown_supply ? 0 : coin.circulating_supply
    return {
      id: coin.id,
      symbol: coin.symbol,
      name: coin.name,
      image: 'missing_large.png',
      current_price: price,
      market_cap: cap,
      market_cap_rank: rank,
      fully_diluted_valuation:
        price === null || coin.total_supply === null ? null : Math.round(price * coin.total_supply),
      total_volume: market.volumeAt(coin, second),
      high_24h: range?.[1] ?? null,
      low_24h: range?.[0] ?? null,
      price_change_24h: day === null ? null : day.price - day.before,
      price_change_percentage_24h: pct,
      market_cap_change_24h: day === null || cap === null ? null : (day.price - day.before) * supply,
      market_cap_change_percentage_24h: cap === 0 ? null : pct,
      circulating_supply: supply,
      total_supply: coin.total_supply,
      max_supply: coin.max_supply,
      ath: extremes?.ath ?? null,
      ath_change_percentage: from(extremes?.ath),
      ath_date: extremes?.ath_date.toISOString() ?? null,
      atl: extremes?.atl ?? null,
      atl_change_percentage: from(extremes?.atl),
      atl_date: extremes?.atl_date.toISOString() ?? null,
      roi: null,
      last_updated: price === null ? null : new Date(second * 1000 - (hash(coin.key, second) % 45_000)).toISOString(),
      ...(options.sparkline ? { sparkline_in_7d: { price: this.#sparkline(coin, second) } } : {}),
      ...Object.fromEntries(options.changes.map((name) => [toChangeField(name), this.#toPct(coin, second, name)])),
    }
  }

  #toPct(coin: SimulatedCoin, second: number, name: string): number | null {
    const change = this.#change(coin, second, windows[name] ?? Number.NaN)
    return change === null ? null : (change.price / change.before - 1) * 100
  }

  #sparkline(coin: SimulatedCoin, second: number): number[] {
    const hours = Array.from({ length: 168 }, (_, index) => this.#market.priceAt(coin, second - (167 - index) * 3600))
    return hours.filter((price) => price !== null)
  }
}

const toChangeField = (name: string): string => `price_change_percentage_${name}_in_currency`

export const isChangeWindow = (name: string): boolean => Object.hasOwn(windows, name)

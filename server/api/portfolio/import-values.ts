import { sql } from 'kysely'
import { toUtcDay } from '../../../contract/time.ts'
import { type Draft, LineError, type Sum } from '../../portfolio/imports/draft.ts'
import { type Money, toMoney } from '../../portfolio/money.ts'
import { listUsdRates } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import { type Candidate, findCoinsByIds, findCoinsBySymbol } from '../../warehouse/portfolio-prices.ts'
import { loadPrices, type PriceBook } from './prices.ts'

/** Dollars and the coins that files count as dollars. */
const dollars = new Set(['USD', 'USDT', 'USDC', 'BUSD', 'FDUSD', 'TUSD', 'DAI', 'PYUSD'])

/** Matches the symbols of a file to coins and currencies, and values its sums in US dollars. */
export class ImportValues {
  readonly #db: Db
  /** CoinGecko ids by upper-case symbol, as the user chose. */
  readonly #chosen: Readonly<Record<string, string>>
  readonly #coins = new Map<string, Candidate[]>()
  readonly #currencies = new Set<string>()
  readonly #rates = new Map<string, number | null>()
  readonly #used = new Set<string>()
  #prices = new Map<number, PriceBook>()

  private constructor(db: Db, chosen: Readonly<Record<string, string>>) {
    this.#db = db
    this.#chosen = chosen
  }

  static async open(db: Db, chosen: Readonly<Record<string, string>>): Promise<ImportValues> {
    const values = new ImportValues(db, chosen)
    const { rows } = await sql<{ code: string }>`select code from dim_currency where type = 'fiat'`.execute(db)
    for (const { code } of rows) values.#currencies.add(code.toUpperCase())
    return values
  }

  /** Loads what the drafts need, before they are read with the other methods. */
  async prepare(drafts: readonly Draft[]): Promise<void> {
    await this.#prepareCoins(drafts)
    const coins = new Set<number>()
    const moments = new Map<string, Set<number>>()
    for (const draft of drafts)
      for (const symbol of [draft.symbol, draft.total?.symbol, draft.fee?.symbol].map(
        (one) => one?.toUpperCase() ?? '',
      )) {
        const coin = this.#coins.get(symbol)?.[0]
        if (this.#currencies.has(symbol) && symbol !== 'USD')
          moments.set(symbol, (moments.get(symbol) ?? new Set()).add(draft.at))
        else if (coin !== undefined && !this.#prices.has(coin.coin_id)) coins.add(coin.coin_id)
      }
    for (const coin of coins) this.#prices.set(coin, await loadPrices(this.#db, [coin], 0))
    for (const [symbol, times] of moments) {
      const wanted = [...times]
      const rates = await listUsdRates(this.#db, symbol.toLowerCase(), wanted)
      for (const [index, at] of wanted.entries()) this.#rates.set(`${symbol} ${at}`, rates[index]?.usd_rate ?? null)
    }
  }

  async #prepareCoins(drafts: readonly Draft[]): Promise<void> {
    const ids = new Set<string>()
    const symbols = new Set<string>()
    for (const { symbol, coingeckoId, total, fee } of drafts)
      for (const one of [symbol, total?.symbol, fee?.symbol]) {
        const key = one?.toUpperCase() ?? ''
        if (key === '' || this.#coins.has(key) || this.#isMoney(key)) continue
        const id = one === symbol ? (coingeckoId ?? this.#chosen[key]) : this.#chosen[key]
        if (id === undefined) symbols.add(key.toLowerCase())
        else ids.add(`${key} ${id}`)
      }
    const known = await findCoinsByIds(
      this.#db,
      [...ids].map((one) => one.split(' ')[1] ?? ''),
    )
    for (const one of ids) {
      const [key = '', id = ''] = one.split(' ')
      const coin = known.get(id)
      this.#coins.set(key, coin === undefined ? [] : [coin])
    }
    const found = await findCoinsBySymbol(this.#db, [...symbols])
    for (const symbol of symbols) this.#coins.set(symbol.toUpperCase(), found.get(symbol) ?? [])
  }

  #isMoney(symbol: string): boolean {
    return dollars.has(symbol) || this.#currencies.has(symbol)
  }

  isMoney({ symbol }: Sum): boolean {
    return this.#isMoney(symbol.toUpperCase())
  }

  /** The coin of a symbol: the largest by market cap. Throws a `LineError` when none has it. */
  getCoin(symbol: string): number {
    const key = symbol.toUpperCase()
    const coin = this.#coins.get(key)?.[0]
    if (coin === undefined)
      throw new LineError(
        this.#isMoney(key)
          ? `${key} is money here, not a coin`
          : `No tracked coin has the symbol or id ${key.slice(0, 40)}`,
      )
    this.#used.add(key)
    return coin.coin_id
  }

  /** A sum in US dollars at an instant. Throws a `LineError` when its rate or price is unknown. */
  toDollars({ amount, symbol }: Sum, at: number): Money {
    const key = symbol.toUpperCase()
    if (dollars.has(key)) return amount
    if (this.#currencies.has(key)) {
      const rate = this.#rates.get(`${key} ${at}`) ?? null
      if (rate === null) throw new LineError(`No ${key} rate is stored for ${toUtcDay(at)}. Give the amounts in USD.`)
      return amount.times(toMoney(rate))
    }
    const coin = this.getCoin(key)
    const price = this.#prices.get(coin)?.find(coin, at) ?? null
    if (price === null) throw new LineError(`No price of ${key} is stored for ${toUtcDay(at)}. Give the total in USD.`)
    return amount.times(price)
  }

  /** The symbols that were matched, with the other coins that have them. */
  listSymbols(): { symbol: string; chosen: Candidate; others: Candidate[] }[] {
    return [...this.#used].sort().flatMap((symbol) => {
      const [chosen, ...others] = this.#coins.get(symbol) ?? []
      return chosen === undefined ? [] : [{ symbol, chosen, others }]
    })
  }
}

import { defaultCurrency } from '../../../contract/currencies.ts'
import type { CostMethod } from '../../../contract/portfolio-lists.ts'
import type { Portfolio } from '../../../contract/portfolios.ts'
import type { Entry } from '../../portfolio/ledger.ts'
import { toMoney, zero } from '../../portfolio/money.ts'
import type { Db } from '../../warehouse/db.ts'
import { type CoinLabel, listCoinLabels } from '../../warehouse/portfolio-prices.ts'
import { listTransactions, type StoredTransaction } from '../../warehouse/portfolio-transactions.ts'
import { convertLedger } from './in-currency.ts'
import { loadPrices, type PriceBook } from './prices.ts'

/** A portfolio with all that its figures are computed from. */
export type Ledger = {
  portfolio: Portfolio
  method: CostMethod
  entries: Entry[]
  transactions: StoredTransaction[]
  labels: Map<number, CoinLabel>
  prices: PriceBook
  /** Absent: US dollars. */
  currency?: { code: string; usd_rate: number }
  /** Ms since 1970. */
  now: number
}

function toEntry(row: StoredTransaction): Entry {
  const { id, type, coin_id: coin, at, quantity, total_usd, fee_coin_id, fee_quantity, fee_usd } = row
  const value = toMoney(fee_usd)
  const hasFee = fee_coin_id !== null || value.gt(zero)
  const fee = hasFee ? { coin: fee_coin_id, quantity: toMoney(fee_quantity ?? 0), value } : null
  return { id, at: Date.parse(at), type, coin, quantity: toMoney(quantity), value: toMoney(total_usd), fee }
}

type LoadOptions = {
  method?: CostMethod | undefined
  /** Coins whose prices are needed besides its own. */
  more?: number[]
  /** Code of the currency of the amounts. */
  currency?: string
}

/** Reads a portfolio. Throws `unprocessable` when a transaction can't be converted to the currency. */
export async function loadLedger(
  db: Db,
  portfolio: Portfolio,
  { method, more = [], currency = defaultCurrency }: LoadOptions = {},
): Promise<Ledger> {
  const now = Date.now()
  const transactions = await listTransactions(db, portfolio.id)
  const entries = transactions.map(toEntry)
  const coins = new Set(more)
  for (const { coin, fee } of entries) {
    coins.add(coin)
    if (fee?.coin != null) coins.add(fee.coin)
  }
  const first = entries[0]?.at ?? now
  const [labels, prices] = await Promise.all([listCoinLabels(db, [...coins]), loadPrices(db, [...coins], first)])
  const ledger = { portfolio, method: method ?? portfolio.cost_method, entries, transactions, labels, prices, now }
  return convertLedger(db, ledger, currency)
}

const unknownCoin = { coingecko_id: '', symbol: '?', name: 'Unknown coin', image_url: null, logo_url: null }

/** The names of a coin in a response. */
export function toCoin({ labels }: Pick<Ledger, 'labels'>, coin: number) {
  const { coingecko_id, symbol, name, image_url, logo_url } = labels.get(coin) ?? unknownCoin
  return { coin_id: coin, coingecko_id, symbol, name, image_url, logo_url }
}

/** The id of bitcoin; null when the warehouse doesn't have it. */
export async function findBitcoin(db: Db): Promise<number | null> {
  const row = await db.selectFrom('dim_coin').select('id').where('coingecko_id', '=', 'bitcoin').executeTakeFirst()
  return row?.id ?? null
}

import type { Portfolio, PortfolioExport } from '../../../contract/portfolios.ts'
import type { Db } from '../../warehouse/db.ts'
import { listCoinLabels } from '../../warehouse/portfolio-prices.ts'
import { listTransactions } from '../../warehouse/portfolio-transactions.ts'

const columns = [
  'date',
  'type',
  'symbol',
  'coingecko_id',
  'quantity',
  'total_usd',
  'fee',
  'fee_symbol',
  'fee_usd',
  'note',
]

/** A portfolio with its transactions, oldest first. */
export async function readExport(db: Db, { id, name, cost_method }: Portfolio): Promise<PortfolioExport> {
  const rows = await listTransactions(db, id)
  const coins = rows.flatMap(({ coin_id, fee_coin_id }) => (fee_coin_id === null ? [coin_id] : [coin_id, fee_coin_id]))
  const labels = await listCoinLabels(db, [...new Set(coins)])
  const transactions = rows.map(
    ({ at, type, coin_id, quantity, total_usd, fee_coin_id, fee_quantity, fee_usd, note }) => ({
      at,
      type,
      symbol: labels.get(coin_id)?.symbol ?? '',
      coingecko_id: labels.get(coin_id)?.coingecko_id ?? '',
      quantity,
      total_usd,
      fee_quantity,
      fee_symbol: fee_coin_id === null ? null : (labels.get(fee_coin_id)?.symbol ?? ''),
      fee_usd,
      note,
    }),
  )
  return { name, cost_method, transactions }
}

/** A text that no spreadsheet reads as a formula. */
const toSafeText = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

const toCell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** Transactions as CSV (RFC 4180), amounts exact. */
export function toCsv({ transactions }: PortfolioExport): string {
  const lines = transactions.map((one) => [
    one.at,
    one.type,
    one.symbol,
    one.coingecko_id,
    one.quantity,
    one.total_usd,
    one.fee_quantity ?? one.fee_usd,
    one.fee_symbol ?? 'usd',
    one.fee_usd,
    toSafeText(one.note ?? ''),
  ])
  return [columns, ...lines].map((line) => `${line.map(toCell).join(',')}\r\n`).join('')
}

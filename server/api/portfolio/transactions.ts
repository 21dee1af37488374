import type { Transaction, TransactionBody } from '../../../contract/portfolios.ts'
import { AppError } from '../../errors.ts'
import { type Money, toMoney, toNumber, zero } from '../../portfolio/money.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import type { CoinLabel } from '../../warehouse/portfolio-prices.ts'
import type { NewTransaction, StoredTransaction } from '../../warehouse/portfolio-transactions.ts'
import { loadPrices, type PriceBook } from './prices.ts'

const earliest = Date.parse('2009-01-03T00:00:00Z')
/** A clock of a client may be ahead by this. */
const aheadMs = 86_400_000

const refuse = (message: string): AppError => new AppError('unprocessable', message)

/** A transaction as it is stored. Throws `not_found` for an unknown coin and `unprocessable` for values that can't be. */
export async function toNewTransaction(
  db: Db,
  body: TransactionBody,
): Promise<Omit<NewTransaction, 'source' | 'fingerprint'>> {
  const at = Date.parse(body.at)
  if (!(at >= earliest && at <= Date.now() + aheadMs))
    throw refuse('at must be a UTC instant from 2009-01-03 on, not in the future.')
  const quantity = toMoney(body.quantity)
  if (!quantity.gt(zero)) throw refuse('quantity must be above 0.')
  if (body.price_usd !== undefined && body.total_usd !== undefined)
    throw refuse('Send price_usd or total_usd, not both.')
  const { coin_id } = await getCoinName(db, String(body.coin_id))
  const feeCoin = body.fee_coin_id == null ? null : (await getCoinName(db, String(body.fee_coin_id))).coin_id
  const prices = await loadPrices(db, feeCoin === null ? [coin_id] : [coin_id, feeCoin], at)
  const total = toTotal(body, quantity, () => appraise(prices, { coin: coin_id, at, quantity, field: 'total_usd' }))
  const feeQuantity = toMoney(body.fee_quantity ?? 0)
  const isPaidInCoin = feeCoin !== null && feeQuantity.gt(zero)
  const fee = isPaidInCoin
    ? appraise(prices, { coin: feeCoin, at, quantity: feeQuantity, field: 'fee_quantity in US dollars' })
    : feeQuantity
  return {
    type: body.type,
    coin_id,
    at: new Date(at).toISOString(),
    quantity: quantity.toFixed(),
    total_usd: total.toFixed(),
    fee_coin_id: isPaidInCoin ? feeCoin : null,
    fee_quantity: isPaidInCoin ? feeQuantity.toFixed() : null,
    fee_usd: fee.toFixed(),
    note: body.note?.trim() || null,
  }
}

function toTotal({ price_usd, total_usd }: TransactionBody, quantity: Money, appraised: () => Money): Money {
  if (total_usd !== undefined) return toMoney(total_usd)
  if (price_usd !== undefined) return toMoney(price_usd).times(quantity)
  return appraised()
}

function appraise(
  prices: PriceBook,
  { coin, at, quantity, field }: { coin: number; at: number; quantity: Money; field: string },
): Money {
  const price = prices.find(coin, at)
  if (price === null)
    throw refuse(`No price of coin ${coin} is stored for ${new Date(at).toISOString()}. Send ${field}.`)
  return price.times(quantity)
}

/** A transaction as it is shown. */
export function toTransaction(row: StoredTransaction, labels: ReadonlyMap<number, CoinLabel>): Transaction {
  const { coin_id, quantity, total_usd, fee_coin_id, fee_quantity, fee_usd, ...rest } = row
  const label = labels.get(coin_id)
  const total = toMoney(total_usd)
  return {
    ...rest,
    coin_id,
    coingecko_id: label?.coingecko_id ?? '',
    symbol: label?.symbol ?? '?',
    name: label?.name ?? 'Unknown coin',
    image_url: label?.image_url ?? null,
    logo_url: label?.logo_url ?? null,
    quantity: Number(quantity),
    price_usd: toNumber(total.div(toMoney(quantity))),
    total_usd: toNumber(total),
    fee_usd: Number(fee_usd),
    fee_quantity: fee_quantity === null ? null : Number(fee_quantity),
    fee_coin_id,
    fee_symbol: fee_coin_id === null ? null : (labels.get(fee_coin_id)?.symbol ?? '?'),
  }
}

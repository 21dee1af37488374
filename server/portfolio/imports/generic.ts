import { type Draft, type Format, LineError, toAmount, toFee, toOptionalAmount, toTime, toType } from './draft.ts'

/** The fields of the generic format, with the names of columns that they are found in without a mapping. */
export const genericFields = {
  date: ['date', 'time', 'timestamp', 'datetime', 'at', 'date (utc)', 'utc time'],
  type: ['type', 'side', 'transaction type', 'operation'],
  symbol: ['symbol', 'coin', 'asset', 'token', 'ticker', 'currency ticker', 'coin symbol'],
  coingecko_id: ['coingecko_id', 'coingecko id', 'coin id'],
  quantity: ['quantity', 'amount', 'size', 'units', 'volume'],
  price: ['price', 'price_usd', 'unit price', 'price per coin', 'rate'],
  total: ['total_usd', 'total', 'value', 'cost', 'subtotal'],
  currency: ['currency', 'quote', 'price currency', 'fiat'],
  fee: ['fee', 'fees', 'fee amount'],
  fee_symbol: ['fee_symbol', 'fee currency', 'fee coin', 'fee asset'],
  note: ['note', 'notes', 'comment', 'description'],
} as const

const types = {
  buy: 'buy',
  purchase: 'buy',
  sell: 'sell',
  sale: 'sell',
  transfer_in: 'transfer_in',
  'transfer in': 'transfer_in',
  deposit: 'transfer_in',
  receive: 'transfer_in',
  transfer_out: 'transfer_out',
  'transfer out': 'transfer_out',
  withdraw: 'transfer_out',
  withdrawal: 'transfer_out',
  send: 'transfer_out',
  fee: 'fee',
  staking_reward: 'staking_reward',
  staking: 'staking_reward',
  reward: 'staking_reward',
  interest: 'staking_reward',
  airdrop: 'airdrop',
} as const

function toTotal(read: (field: string) => string, quantity: Draft['quantity']): Draft['total'] {
  const symbol = read('currency') || 'USD'
  if (read('total') !== '') return { amount: toAmount(read('total'), 'total'), symbol }
  return read('price') === '' ? null : { amount: toAmount(read('price'), 'price').times(quantity), symbol }
}

export const generic: Format = {
  id: 'generic',
  label: 'CSV with any columns',
  columns: [],
  toDrafts: (read) => {
    if (read('symbol') === '' && read('coingecko_id') === '') throw new LineError('symbol is empty')
    const quantity = toAmount(read('quantity'), 'quantity')
    const currency = read('currency') || 'USD'
    return [
      {
        type: toType(read('type'), types),
        symbol: read('symbol'),
        coingeckoId: read('coingecko_id') || undefined,
        at: toTime(read('date')),
        quantity,
        total: toTotal(read, quantity),
        fee: toFee(toOptionalAmount(read('fee'), 'fee'), read('fee_symbol') || currency),
        note: read('note') || null,
        reference: '',
      },
    ]
  },
}

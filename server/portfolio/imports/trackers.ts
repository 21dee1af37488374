import { type Draft, type Format, LineError, toAmount, toFee, toOptionalAmount, toTime, toType } from './draft.ts'

const ledgerTypes = {
  in: 'transfer_in',
  out: 'transfer_out',
  reward: 'staking_reward',
  reward_payout: 'staking_reward',
  fees: 'fee',
} as const

const ledgerLive: Format = {
  id: 'ledger_live',
  label: 'Ledger Live operations',
  columns: ['operation date', 'currency ticker', 'operation type', 'operation amount', 'operation fees'],
  toDrafts: (read) => {
    if (read('status') !== '' && !/^confirmed$/i.test(read('status')))
      throw new LineError(`Status "${read('status').slice(0, 20)}": only confirmed operations are imported`)
    const symbol = read('currency ticker')
    const type = toType(read('operation type'), ledgerTypes)
    const amount = toAmount(read('operation amount'), 'Operation Amount')
    const fees = toOptionalAmount(read('operation fees'), 'Operation Fees')
    /** The amount of what leaves contains its fees. */
    const isOut = type === 'transfer_out'
    return [
      {
        type,
        symbol,
        at: toTime(read('operation date')),
        quantity: isOut ? amount.minus(fees) : amount,
        total: null,
        fee: isOut ? toFee(fees, symbol) : null,
        note: read('account name') || null,
        reference: `${read('operation hash')} ${read('account name')} ${read('operation type')}`,
      },
    ]
  },
}

const trackerTypes = {
  buy: 'buy',
  sell: 'sell',
  'transfer in': 'transfer_in',
  'transfer out': 'transfer_out',
  deposit: 'transfer_in',
  withdraw: 'transfer_out',
  reward: 'staking_reward',
  'interest earn': 'staking_reward',
  'referral reward': 'airdrop',
  'welcome bonus': 'airdrop',
  airdrop: 'airdrop',
  fee: 'fee',
} as const

/** What a price a unit and a quantity give; null without a price. */
function toPriced(read: (column: string) => string, currency: string, quantity: Draft['quantity']): Draft['total'] {
  const price = read('price')
  return price === '' ? null : { amount: toAmount(price, 'Price').times(quantity), symbol: currency }
}

const coinstats: Format = {
  id: 'coinstats',
  label: 'CoinStats portfolio',
  columns: ['coin symbol', 'exchange', 'pair', 'type', 'amount', 'price', 'fee', 'date'],
  toDrafts: (read) => {
    const quantity = toAmount(read('amount'), 'Amount')
    const quote = read('pair').split(/[-/]/).at(-1) || 'USD'
    return [
      {
        type: toType(read('type'), trackerTypes),
        symbol: read('coin symbol'),
        at: toTime(read('date')),
        quantity,
        total: toPriced(read, quote, quantity),
        fee: toFee(toOptionalAmount(read('fee'), 'Fee'), quote),
        note: read('notes') || null,
        reference: '',
      },
    ]
  },
}

export const trackerFormats: readonly Format[] = [ledgerLive, coinstats]

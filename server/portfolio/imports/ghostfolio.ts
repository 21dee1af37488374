import { type Draft, LineError, toAmount, toFee, toOptionalAmount, toTime, toType } from './draft.ts'

const types = { buy: 'buy', sell: 'sell', dividend: 'staking_reward', interest: 'staking_reward', fee: 'fee' } as const

/** An activity of a Ghostfolio export. Symbols of CoinGecko are ids; those of others are pairs such as BTC-USD. */
export function toGhostfolioDraft(activity: unknown): Draft {
  if (typeof activity !== 'object' || activity === null) throw new LineError('The activity is no object')
  const read = (name: string): string => {
    const value: unknown = Reflect.get(activity, name)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const symbol = read('symbol')
  const isId = /^coingecko$/i.test(read('dataSource'))
  const quantity = toAmount(read('quantity'), 'quantity')
  const currency = read('currency') || 'USD'
  return {
    type: toType(read('type'), types),
    symbol: isId ? symbol : symbol.replace(/-?(USD|EUR|CHF|GBP)$/, ''),
    coingeckoId: isId ? symbol : undefined,
    at: toTime(read('date')),
    quantity,
    total: { amount: toAmount(read('unitPrice'), 'unitPrice').times(quantity), symbol: currency },
    fee: toFee(toOptionalAmount(read('fee'), 'fee'), currency),
    note: read('comment') || null,
    reference: read('id'),
  }
}

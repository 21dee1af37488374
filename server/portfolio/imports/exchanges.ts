import { type Format, LineError, toAmount, toFee, toOptionalAmount, toSum, toTime, toType } from './draft.ts'

const sides = { buy: 'buy', sell: 'sell' } as const

const binance: Format = {
  id: 'binance',
  label: 'Binance trade history',
  columns: ['date(utc)', 'pair', 'side', 'executed', 'amount', 'fee'],
  toDrafts: (read) => {
    const executed = toSum(read('executed'), 'Executed')
    const fee = read('fee') === '' ? null : toSum(read('fee'), 'Fee')
    return [
      {
        type: toType(read('side'), sides),
        symbol: executed.symbol,
        at: toTime(read('date(utc)')),
        quantity: executed.amount,
        total: toSum(read('amount'), 'Amount'),
        fee: fee && toFee(fee.amount, fee.symbol),
        note: null,
        reference: '',
      },
    ]
  },
}

const coinbaseTypes = {
  buy: 'buy',
  'advanced trade buy': 'buy',
  sell: 'sell',
  'advanced trade sell': 'sell',
  send: 'transfer_out',
  receive: 'transfer_in',
  'rewards income': 'staking_reward',
  'staking income': 'staking_reward',
  'inflation reward': 'staking_reward',
  'learning reward': 'airdrop',
  'coinbase earn': 'airdrop',
} as const

const coinbase: Format = {
  id: 'coinbase',
  label: 'Coinbase transactions',
  columns: ['timestamp', 'transaction type', 'asset', 'quantity transacted', 'subtotal'],
  toDrafts: (read) => {
    const currency = read('price currency') || read('spot price currency') || 'USD'
    const subtotal = read('subtotal')
    return [
      {
        type: toType(read('transaction type'), coinbaseTypes),
        symbol: read('asset'),
        at: toTime(read('timestamp')),
        quantity: toAmount(read('quantity transacted'), 'Quantity Transacted'),
        total: subtotal === '' ? null : { amount: toAmount(subtotal, 'Subtotal'), symbol: currency },
        fee: toFee(toOptionalAmount(read('fees and/or spread'), 'Fees and/or Spread'), currency),
        note: read('notes') || null,
        reference: read('id'),
      },
    ]
  },
}

const krakenNames: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' }
const krakenQuotes = ['USDT', 'USDC', 'USD', 'EUR', 'GBP', 'CAD', 'AUD', 'CHF', 'JPY', 'XBT', 'ETH']

/** `XXBTZUSD`, `XBTUSD` and `BTC/USD` alike. */
function splitKrakenPair(pair: string): [base: string, quote: string] {
  const toName = (code: string) => krakenNames[code] ?? code
  const [left = '', right] = pair.toUpperCase().split('/')
  if (right !== undefined) return [toName(left), toName(right)]
  const old = /^[XZ]([A-Z]{3})[XZ]([A-Z]{3})$/.exec(left)
  if (old !== null) return [toName(old[1] ?? ''), toName(old[2] ?? '')]
  const quote = krakenQuotes.find((one) => left.endsWith(one) && left.length > one.length)
  if (quote === undefined) throw new LineError(`Pair "${pair.slice(0, 20)}" is not understood`)
  return [toName(left.slice(0, -quote.length)), toName(quote)]
}

const kraken: Format = {
  id: 'kraken',
  label: 'Kraken trades',
  columns: ['txid', 'pair', 'time', 'type', 'cost', 'fee', 'vol'],
  toDrafts: (read) => {
    const [symbol, quote] = splitKrakenPair(read('pair'))
    return [
      {
        type: toType(read('type'), sides),
        symbol,
        at: toTime(read('time')),
        quantity: toAmount(read('vol'), 'vol'),
        total: { amount: toAmount(read('cost'), 'cost'), symbol: quote },
        fee: toFee(toOptionalAmount(read('fee'), 'fee'), quote),
        note: null,
        reference: read('txid'),
      },
    ]
  },
}

const bitpandaTypes = { buy: 'buy', sell: 'sell', deposit: 'transfer_in', withdrawal: 'transfer_out' } as const

const bitpanda: Format = {
  id: 'bitpanda',
  label: 'Bitpanda transactions',
  columns: ['transaction id', 'timestamp', 'transaction type', 'amount fiat', 'fiat', 'amount asset', 'asset'],
  toDrafts: (read) => {
    if (/^fiat$/i.test(read('asset class')) || read('asset') === read('fiat'))
      throw new LineError('A deposit or withdrawal of money is no transaction of a coin')
    const fiat = read('amount fiat')
    const isPaid = /^[\d.,]+$/.test(fiat)
    const feeSymbol = read('fee asset')
    const isFee = /^[\d.,]+$/.test(read('fee')) && /^\w+$/.test(feeSymbol)
    return [
      {
        type: toType(read('transaction type'), bitpandaTypes),
        symbol: read('asset'),
        at: toTime(read('timestamp')),
        quantity: toAmount(read('amount asset'), 'Amount Asset'),
        total: isPaid ? { amount: toAmount(fiat, 'Amount Fiat'), symbol: read('fiat') } : null,
        fee: isFee ? toFee(toAmount(read('fee'), 'Fee'), feeSymbol) : null,
        note: null,
        reference: read('transaction id'),
      },
    ]
  },
}

const bitstampTypes = { deposit: 'transfer_in', withdrawal: 'transfer_out' } as const

const bitstamp: Format = {
  id: 'bitstamp',
  label: 'Bitstamp transactions',
  columns: ['type', 'datetime', 'amount', 'value', 'rate', 'fee', 'sub type'],
  toDrafts: (read) => {
    const amount = toSum(read('amount'), 'Amount')
    const fee = read('fee') === '' ? null : toSum(read('fee'), 'Fee')
    const isTrade = /^market$/i.test(read('type'))
    return [
      {
        type: isTrade ? toType(read('sub type'), sides) : toType(read('type'), bitstampTypes),
        symbol: amount.symbol,
        at: toTime(read('datetime')),
        quantity: amount.amount,
        total: isTrade ? toSum(read('value'), 'Value') : null,
        fee: fee && toFee(fee.amount, fee.symbol),
        note: null,
        reference: '',
      },
    ]
  },
}

const kucoin: Format = {
  id: 'kucoin',
  label: 'KuCoin trades',
  columns: ['tradecreatedat', 'orderid', 'symbol', 'side', 'size', 'funds', 'fee', 'feecurrency'],
  toDrafts: (read) => {
    const [symbol = '', quote = ''] = read('symbol').split('-')
    if (quote === '') throw new LineError(`Symbol "${read('symbol').slice(0, 20)}" is not a pair such as BTC-USDT`)
    return [
      {
        type: toType(read('side'), sides),
        symbol,
        at: toTime(read('tradecreatedat')),
        quantity: toAmount(read('size'), 'size'),
        total: { amount: toAmount(read('funds'), 'funds'), symbol: quote },
        fee: toFee(toOptionalAmount(read('fee'), 'fee'), read('feecurrency')),
        note: null,
        reference: '',
      },
    ]
  },
}

export const exchangeFormats: readonly Format[] = [binance, coinbase, kraken, bitpanda, bitstamp, kucoin]

// Lists and limits that pages import without the schemas.

/** Kinds of transactions. */
export const transactionTypes = [
  'buy',
  'sell',
  'transfer_in',
  'transfer_out',
  'fee',
  'staking_reward',
  'airdrop',
] as const
export type TransactionType = (typeof transactionTypes)[number]

/** Which lots a disposal uses: the oldest, the newest, those with the highest unit cost, or one pool at average cost. */
export const costMethods = ['fifo', 'lifo', 'hifo', 'average'] as const
export type CostMethod = (typeof costMethods)[number]

export const maxPortfolios = 50
export const maxTransactions = 200_000
export const maxShares = 20
export const maxTargets = 100

/** Formats of files. `generic`: any CSV, by a mapping of its columns. */
export const importFormats = [
  'binance',
  'coinbase',
  'kraken',
  'bitpanda',
  'bitstamp',
  'kucoin',
  'ledger_live',
  'coinstats',
  'ghostfolio',
  'generic',
] as const
export type ImportFormat = (typeof importFormats)[number]

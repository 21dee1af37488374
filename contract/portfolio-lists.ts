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

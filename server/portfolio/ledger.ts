import type { TransactionType } from '../../contract/portfolio-lists.ts'
import type { Money } from './money.ts'

/** What a transaction cost beside its value. `coin` null: paid in money. */
export type Fee = {
  coin: number | null
  /** Units of the coin; ignored for money. */
  quantity: Money
  /** In the currency of the ledger. */
  value: Money
}

/** One transaction, with its amounts in the currency of the ledger. */
export type Entry = {
  id: number
  /** Ms since 1970. */
  at: number
  type: TransactionType
  coin: number
  quantity: Money
  /**
   * Before the fee. buy: the price paid. sell: the proceeds. transfer_in: the cost the coins came with.
   * transfer_out, fee, staking_reward, airdrop: the market value.
   */
  value: Money
  fee: Fee | null
}

const incoming: ReadonlySet<TransactionType> = new Set(['buy', 'transfer_in', 'staking_reward', 'airdrop'])

export const isIncoming = ({ type }: Pick<Entry, 'type'>): boolean => incoming.has(type)

/**
 * Entries in the order in which they count: by time; at the same instant what comes in before what goes out, then by
 * id. So coins bought and sold in one instant are never sold before they are there.
 */
const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => a.at - b.at || Number(isIncoming(b)) - Number(isIncoming(a)) || a.id - b.id)

/** Entries in the order in which they count, one list per instant. */
export function groupByInstant(entries: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = []
  for (const entry of inOrder(entries)) {
    const group = groups.at(-1)
    if (group?.[0]?.at === entry.at) group.push(entry)
    else groups.push([entry])
  }
  return groups
}

import type { CoinKind } from '../../../contract/coins.ts'
import { AppError } from '../../errors.ts'

type Category = { id: string; name: string; kind: CoinKind }

/** The categories of CoinGecko that the warehouse tells apart. */
export const categories: readonly Category[] = [
  { id: 'stablecoins', name: 'Stablecoins', kind: 'stablecoin' },
  { id: 'wrapped-tokens', name: 'Wrapped-Tokens', kind: 'wrapped' },
  { id: 'liquid-staking-tokens', name: 'Liquid Staking Tokens', kind: 'staked' },
]

/** A category by id. Throws `not_found`. */
export function findCategory(id: string): Category {
  const found = categories.find((category) => category.id === id)
  if (found === undefined)
    throw new AppError('not_found', `category not found: use ${categories.map((one) => one.id).join(', ')}`)
  return found
}

import type { Mover } from '../../../contract/market.ts'
import { toChange } from '../../lib/live-figures.ts'

/** The ids sorted by live 24h change, largest move first. A coin whose change has the other sign is left out. */
export function rankMovers(
  coins: readonly Mover[],
  direction: 'up' | 'down',
  toPrice: (coin: Mover) => number | null,
): number[] {
  const sign = direction === 'up' ? 1 : -1
  return coins
    .map((coin) => ({ id: coin.id, move: sign * (toChange(coin, '24h', toPrice(coin)) ?? 0) }))
    .filter(({ move }) => move > 0)
    .sort((a, b) => b.move - a.move)
    .map(({ id }) => id)
}

import type { Mover } from '../../../contract/market.ts'
import { toChange } from '../../lib/live-figures.ts'

/** The ids of the movers of a list by their live 24h change, the biggest first; one that turned round has left. */
export function rankMovers(
  coins: readonly Mover[],
  way: 'up' | 'down',
  toPrice: (coin: Mover) => number | null,
): number[] {
  const sign = way === 'up' ? 1 : -1
  return coins
    .map((coin) => ({ id: coin.id, move: sign * (toChange(coin, '24h', toPrice(coin)) ?? 0) }))
    .filter(({ move }) => move > 0)
    .sort((a, b) => b.move - a.move)
    .map(({ id }) => id)
}

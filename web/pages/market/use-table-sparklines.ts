import type { Coin } from '@contract/coins.ts'
import { useMedia } from '@/lib/media'
import { useSparklines } from '@/lib/sparklines'
import type { Column } from './market-columns'

const shownFrom = '(min-width: 80rem)'

/** The lines of the coins, fetched after the table and only where their column has room. */
export function useLines(coins: readonly Coin[], columns: readonly Column[]) {
  const isWide = useMedia(shownFrom)
  const isShown = isWide && columns.some(({ id }) => id === 'line')
  return useSparklines(
    coins.map(({ id }) => id),
    isShown,
  )
}

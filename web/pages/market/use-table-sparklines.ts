import type { Coin } from '@contract/coins.ts'
import { useMedia } from '@/lib/media'
import { useSparklines } from '@/lib/sparklines'
import type { Column } from './market-columns'

const columnMinWidth = '(min-width: 80rem)'

/** The sparklines of the coins, fetched after the table and only where their column is shown. */
export function useTableSparklines(coins: readonly Coin[], columns: readonly Column[]) {
  const isWide = useMedia(columnMinWidth)
  const isShown = isWide && columns.some(({ id }) => id === 'line')
  return useSparklines(
    coins.map(({ id }) => id),
    isShown,
  )
}

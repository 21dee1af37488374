import type { Coin } from '@contract/coins.ts'
import { useMediaQuery, useSparklines } from '@/lib/hooks'
import type { Column } from './market-columns'

const columnMinWidth = '(min-width: 80rem)'

/** The sparklines of the coins, fetched after the table and only where their column is shown. */
export function useTableSparklines(coins: readonly Coin[], columns: readonly Column[]) {
  const isWide = useMediaQuery(columnMinWidth)
  const isShown = isWide && columns.some(({ id }) => id === 'line')
  return useSparklines(
    coins.map(({ id }) => id),
    isShown,
  )
}

import type { Coin } from '@contract/coins.ts'
import { useSparklines } from '@/lib/hooks'
import type { Column } from './market-columns'

/** The sparklines of the coins, fetched after the table and only where their column is shown. */
export const useTableSparklines = (coins: readonly Coin[], columns: readonly Column[]) =>
  useSparklines(
    coins.map(({ id }) => id),
    columns.some(({ id }) => id === 'line'),
  )

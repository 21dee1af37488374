'use client'

import type { Coin } from '@contract/coins.ts'
import type { Column } from './columns'
import { CoinRow } from './row'
import { useLines } from './use-lines'

export type RowsProps = { coins: readonly Coin[]; columns: readonly Column[] }

/** Every row. */
export function AllRows({ coins, columns }: RowsProps) {
  const sparklines = useLines(coins, columns)
  return (
    <tbody>
      {coins.map((coin) => (
        <CoinRow key={coin.id} coin={coin} columns={columns} sparklines={sparklines} />
      ))}
    </tbody>
  )
}

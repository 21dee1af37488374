import type { Coin } from '@contract/coins.ts'
import { CoinRow, roles } from './coin-row'
import type { Column } from './market-columns'
import { Lines } from './table-sparklines'
import { useLines } from './use-table-sparklines'

export type RowsProps = { coins: readonly Coin[]; columns: readonly Column[] }

/** Every row. */
export function AllRows({ coins, columns }: RowsProps) {
  return (
    <Lines value={useLines(coins, columns)}>
      <tbody {...roles.rows} className="block">
        {coins.map((coin) => (
          <CoinRow key={coin.id} coin={coin} columns={columns} />
        ))}
      </tbody>
    </Lines>
  )
}

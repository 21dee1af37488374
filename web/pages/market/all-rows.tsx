import type { Coin } from '@contract/coins.ts'
import type { Column } from './columns'
import { Lines } from './lines'
import { CoinRow, roles } from './row'
import { useLines } from './use-lines'

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

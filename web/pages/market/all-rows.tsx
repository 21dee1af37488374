import type { Coin } from '@contract/coins.ts'
import { CoinRow, roles } from './coin-row'
import type { Column } from './market-columns'
import { TableSparklines } from './table-sparklines'
import { useTableSparklines } from './use-table-sparklines'

export type RowsProps = { coins: readonly Coin[]; columns: readonly Column[] }

export function AllRows({ coins, columns }: RowsProps) {
  return (
    <TableSparklines value={useTableSparklines(coins, columns)}>
      <tbody {...roles.rows} className="block overflow-x-auto overflow-y-hidden">
        {coins.map((coin) => (
          <CoinRow key={coin.id} coin={coin} columns={columns} />
        ))}
      </tbody>
    </TableSparklines>
  )
}

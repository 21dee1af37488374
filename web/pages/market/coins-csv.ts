import type { Coin } from '@contract/coins.ts'
import { type ChartTable, toCsv } from '@/components/charts/chart-table'

type Exported = { csv: readonly (keyof Coin)[] }

/** Coins as CSV: the fields of the given columns, in their order, and `last_updated`. */
export function toCoinsCsv(coins: readonly Coin[], columns: readonly Exported[]): string {
  const fields = [...columns.flatMap(({ csv }) => csv), 'last_updated' as const]
  const table: ChartTable<Coin> = {
    caption: 'Coins',
    columns: fields.map((field) => ({
      label: field,
      field,
      value: (coin) => coin[field] ?? null,
      text: (coin) => String(coin[field] ?? ''),
    })),
    items: coins,
    toKey: ({ id }) => String(id),
  }
  return toCsv(table)
}

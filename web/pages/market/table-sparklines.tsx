import type { Coin } from '@contract/coins.ts'
import { createContext, useContext } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { toDirection } from '@/lib/format'
import { toChange, useLiveFigure } from '@/lib/live-figures'

const none: ReadonlyMap<number, number[]> = new Map()
const SparklineContext = createContext(none)

/** The prices of each sparkline by coin id. They load after the table, and only the sparkline cells wait for them. */
export const TableSparklines = SparklineContext.Provider

/** The last 7 days of a coin, in the color of its live 7d change. */
export function SparklineCell({ coin }: { coin: Coin }) {
  const direction = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) =>
    toDirection(toChange(coin, '7d', price)),
  )
  return (
    <Sparkline
      prices={useContext(SparklineContext).get(coin.id) ?? []}
      label={`${coin.name}, price over the last 7 days`}
      direction={direction}
    />
  )
}

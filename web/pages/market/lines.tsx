import type { Coin } from '@contract/coins.ts'
import { createContext, useContext } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { toDirection } from '@/lib/format'

const none: ReadonlyMap<number, number[]> = new Map()
const LinesContext = createContext(none)

/** Gives the cells below their lines, by coin id. They come after the table, and only these cells wait for them. */
export const Lines = LinesContext.Provider

export function Line({ coin }: { coin: Coin }) {
  return (
    <Sparkline
      prices={useContext(LinesContext).get(coin.id) ?? []}
      label={`${coin.name}, price over the last 7 days`}
      direction={toDirection(coin.price_change_7d_pct)}
    />
  )
}

import type { Coin } from '@contract/coins.ts'
import { createContext, useContext } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { toDirection } from '@/lib/format'
import { useLiveFigure } from '@/lib/live'
import { toChange } from '@/lib/live-figures'

const none: ReadonlyMap<number, number[]> = new Map()
const LinesContext = createContext(none)

/** Gives the cells below their lines, by coin id. They come after the table, and only these cells wait for them. */
export const Lines = LinesContext.Provider

/** The last week of a coin, in the colour of its live 7d change. */
export function Line({ coin }: { coin: Coin }) {
  const direction = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) =>
    toDirection(toChange(coin, '7d', price)),
  )
  return (
    <Sparkline
      prices={useContext(LinesContext).get(coin.id) ?? []}
      label={`${coin.name}, price over the last 7 days`}
      direction={direction}
    />
  )
}

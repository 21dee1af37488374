import { createContext, type ReactNode, useContext } from 'react'
import { type StarCoin, type Stars, useStars, useWatchlistSync } from '@/lib/watchlist'

const StarsContext = createContext<Stars>({
  watched: new Set(),
  set: () => undefined,
  replace: () => undefined,
})

/** Gives all star buttons below what they show: one query and one mutation for the page, however many stars it has. */
export function StarsProvider({ children }: { children: ReactNode }) {
  useWatchlistSync()
  return <StarsContext value={useStars()}>{children}</StarsContext>
}

/** Is a coin watched, and what a press on its star does. */
export function useStar(coin: StarCoin): { watched: boolean; toggle: () => void } {
  const { watched: all, set } = useContext(StarsContext)
  const watched = all.has(coin.id)
  return { watched, toggle: () => set(coin, !watched) }
}

/** Watches another coin instead of one; the first stays on the list when the other cannot be added. */
export const useReplaceStar = (): Stars['replace'] => useContext(StarsContext).replace

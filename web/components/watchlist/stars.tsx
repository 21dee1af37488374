import { createContext, type ReactNode, useContext } from 'react'
import { type StarCoin, type Stars, useStars, useWatchlistSync } from '@/lib/watchlist'

const StarsContext = createContext<Stars>({
  watched: new Set(),
  set: () => undefined,
  replace: () => undefined,
})

/** One query and one mutation for all star buttons of a page. */
export function StarsProvider({ children }: { children: ReactNode }) {
  useWatchlistSync()
  return <StarsContext value={useStars()}>{children}</StarsContext>
}

/** Is a coin watched, and the action of its star button. */
export function useStar(coin: StarCoin): { watched: boolean; toggle: () => void } {
  const { watched: all, set } = useContext(StarsContext)
  const watched = all.has(coin.id)
  return { watched, toggle: () => set(coin, !watched) }
}

/** Replaces a watched coin by another; keeps it when the other cannot be added. */
export const useReplaceStar = (): Stars['replace'] => useContext(StarsContext).replace

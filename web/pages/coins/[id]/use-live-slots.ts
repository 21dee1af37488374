import { useEffect, useMemo, useState } from 'react'
import { type Bar, observePrice, type Slot, withLive } from '@/components/charts/bars'
import { livePrices } from '@/lib/live'
import type { Series } from './price-series'

const maxLiveBars = 600
const freshMs = 120_000

/** The slots of a series, updated by streamed prices; null without a series. Prices of snapshots are ignored. */
export function useLiveSlots(coingeckoId: string, series: Series | null): Slot[] | null {
  const stepMs = series?.stepMs ?? null
  const [seen, setSeen] = useState<{ stepMs: number | null; bars: Bar[] }>({ stepMs, bars: [] })
  useEffect(() => {
    if (stepMs === null) return
    setSeen((seen) => (seen.stepMs === stepMs && seen.bars.length === 0 ? seen : { stepMs, bars: [] }))
    const observe = () => {
      const price = livePrices.price(coingeckoId)
      const lastPriceAt = livePrices.lastPriceAt()
      const now = Date.now()
      if (price === undefined || !livePrices.isStreamed(coingeckoId)) return
      if (lastPriceAt === null || now - lastPriceAt > freshMs) return
      setSeen(({ bars }) => ({ stepMs, bars: observePrice(bars, price, { now, stepMs }).slice(-maxLiveBars) }))
    }
    observe()
    return livePrices.onPrice(coingeckoId, observe)
  }, [coingeckoId, stepMs])
  return useMemo(() => {
    if (series === null) return null
    return seen.stepMs === series.stepMs ? withLive(series.slots, seen.bars, series.stepMs) : series.slots
  }, [series, seen])
}

import { useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatAge } from '@/lib/format'
import { type LiveState, livePrices, toLiveState, useConnection } from '@/lib/live'
import { useReadiness } from './readiness'

const tones: Record<LiveState['label'], string> = {
  Live: 'bg-up',
  Simulated: 'bg-accent',
  Delayed: 'bg-warn',
  Offline: 'bg-down',
}

const unknown = { now: null, lastPriceAt: null }

export function LiveIndicator() {
  const { tried, open, source, stale } = useConnection()
  const { data } = useReadiness()
  const [{ now, lastPriceAt }, setClock] = useState<{ now: number | null; lastPriceAt: number | null }>(unknown)
  useEffect(() => {
    if (!tried) return
    const update = () => setClock({ now: Date.now(), lastPriceAt: livePrices.lastPriceAt() })
    update()
    const timer = setInterval(update, 500)
    return () => clearInterval(timer)
  }, [tried])
  if (now === null) return <span className="text-[13px] text-faint">Connecting</span>
  const snapshotAt = data?.ingest.last_success_at ?? null
  const state = toLiveState({
    open,
    source,
    stale,
    simulated: data?.mode === 'demo',
    priceAge: lastPriceAt === null ? null : Math.max(0, now - lastPriceAt),
    snapshotAge: snapshotAt === null ? null : Math.max(0, now - Date.parse(snapshotAt)),
  })
  return (
    <span className="flex items-center gap-2 text-[13px]" title={state.detail} data-testid="live-indicator">
      <span aria-hidden className={cn('size-2 rounded-full', tones[state.label])} />
      <span className="font-medium">{state.label}</span>
      {state.age !== null && <span className="num min-w-10 text-muted">{formatAge(state.age)}</span>}
    </span>
  )
}

'use client'

import { useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatAge } from '@/lib/format'
import { useConnection } from '@/lib/live'
import { useReadiness } from './readiness'

const liveMs = 10_000
const delayedMs = 120_000
const snapshotMs = 20 * 60_000

type State = { word: string; tone: string; age: number | null; why: string }
type Signs = { open: boolean; simulated: boolean; priceAge: number | null; snapshotAge: number | null }

/** Told by the age of the last price, streamed or of the last snapshot: a line that is open but silent is not live. */
function toState({ open, simulated, priceAge, snapshotAge }: Signs): State {
  if (open && priceAge !== null && priceAge < liveMs)
    return simulated
      ? { word: 'Simulated', tone: 'bg-accent', age: priceAge, why: 'Prices come from the market simulator' }
      : { word: 'Live', tone: 'bg-up', age: priceAge, why: 'Prices are streaming' }
  if (open && priceAge !== null && priceAge < delayedMs)
    return { word: 'Delayed', tone: 'bg-warn', age: priceAge, why: 'No price has come for a while' }
  if (open && priceAge === null && snapshotAge !== null && snapshotAge < snapshotMs)
    return {
      word: 'Delayed',
      tone: 'bg-warn',
      age: snapshotAge,
      why: 'No live feed: prices are those of the last snapshot',
    }
  const why = open ? 'No price has come for long' : 'There is no connection to the price stream'
  return { word: 'Offline', tone: 'bg-down', age: priceAge ?? snapshotAge, why }
}

export function LiveIndicator() {
  const { open, lastPriceAt } = useConnection()
  const { data } = useReadiness()
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  if (now === null) return <span className="text-[13px] text-faint">Connecting</span>
  const snapshotAt = data?.ingest.last_success_at ?? null
  const state = toState({
    open,
    simulated: data?.mode === 'demo',
    priceAge: lastPriceAt === null ? null : Math.max(0, now - lastPriceAt),
    snapshotAge: snapshotAt === null ? null : Math.max(0, now - Date.parse(snapshotAt)),
  })
  return (
    <span className="flex items-center gap-2 text-[13px]" title={state.why} data-testid="live-indicator">
      <span aria-hidden className={cn('size-2 rounded-full', state.tone)} />
      <span className="font-medium">{state.word}</span>
      {state.age !== null && <span className="num min-w-10 text-muted">{formatAge(state.age)}</span>}
    </span>
  )
}

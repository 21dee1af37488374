'use client'

import { useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatAge } from '@/lib/format'
import { useConnection } from '@/lib/live'
import { useReadiness } from './readiness'

const liveMs = 10_000
const delayedMs = 120_000

type State = { word: string; tone: string; age: number | null; why: string }

/** Told by the age of the last price: a line that is open but silent is not live. */
function toState(options: { open: boolean; age: number | null; simulated: boolean }): State {
  const { open, age, simulated } = options
  if (age !== null && age < liveMs && open)
    return simulated
      ? { word: 'Simulated', tone: 'bg-accent', age, why: 'Prices come from the market simulator' }
      : { word: 'Live', tone: 'bg-up', age, why: 'Prices are streaming' }
  if (open && age !== null && age < delayedMs)
    return { word: 'Delayed', tone: 'bg-warn', age, why: 'No price has come for a while' }
  if (open && age === null)
    return { word: 'Delayed', tone: 'bg-warn', age, why: 'No live feed; prices change with each snapshot' }
  return { word: 'Offline', tone: 'bg-down', age, why: 'There is no connection to the price stream, or it is silent' }
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
  const age = lastPriceAt === null ? null : Math.max(0, now - lastPriceAt)
  const state = toState({ open, age, simulated: data?.mode === 'demo' })
  return (
    <span className="flex items-center gap-2 text-[13px]" title={state.why} data-testid="live-indicator">
      <span aria-hidden className={cn('size-2 rounded-full', state.tone)} />
      <span className="font-medium">{state.word}</span>
      {state.age !== null && <span className="num min-w-10 text-muted">{formatAge(state.age)}</span>}
    </span>
  )
}

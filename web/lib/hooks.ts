import type { Sparklines } from '@contract/charts.ts'
import { useQueries } from '@tanstack/react-query'
import {
  type RefCallback,
  startTransition,
  useCallback,
  useEffect,
  useMemo,
  useOptimistic,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { tickMs } from '../../contract/time.ts'
import { fetchSparklines } from './api'

/** State that a control shows at once, while the page below re-renders in a transition. */
export function useOptimisticState<T>(value: T, onChange: (value: T) => void): [T, (next: T) => void] {
  const [shown, show] = useOptimistic(value)
  const change = (next: T) =>
    startTransition(() => {
      show(next)
      onChange(next)
    })
  return [shown, change]
}

/** Has the element come within 200 px of the viewport? Stays true after the first time. */
export function useInView(): [RefCallback<Element>, boolean] {
  const [isInView, setIsInView] = useState(false)
  const ref = useCallback((element: Element | null) => {
    if (element === null) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) return
        observer.disconnect()
        setIsInView(true)
      },
      { rootMargin: '200px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, isInView]
}

/** Does the window match a media query? False on the server. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  )
}

/** The browser's clock in ms, updated every `intervalMs`; null on the server and until hydration, whose clocks differ. */
export function useNow(intervalMs: number): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])
  return now
}

/** The API's limit for one request. */
export const maxSparklinesPerRequest = 50
const sparklineStaleMs = tickMs

const toBatches = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / maxSparklinesPerRequest) }, (_, batch) =>
    ids.slice(batch * maxSparklinesPerRequest, (batch + 1) * maxSparklinesPerRequest).sort((a, b) => a - b),
  )

const combine = (results: readonly { data: Sparklines | undefined }[]) => results.flatMap(({ data }) => data ?? [])

/** 7-day sparklines by coin id, as they arrive; loaded ones stay while others load. */
export function useSparklines(ids: readonly number[], enabled = true): ReadonlyMap<number, number[]> {
  const sparklines = useQueries({
    queries: toBatches(ids).map((batch) => ({
      queryKey: ['sparklines', batch.join()],
      queryFn: () => fetchSparklines(batch),
      staleTime: sparklineStaleMs,
      enabled,
    })),
    combine,
  })
  const loaded = useRef(new Map<number, number[]>())
  return useMemo(() => {
    loaded.current = new Map([
      ...loaded.current,
      ...sparklines.map(({ coin_id, prices }) => [coin_id, prices] as const),
    ])
    return loaded.current
  }, [sparklines])
}

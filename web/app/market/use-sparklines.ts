import type { Coin } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { fetchSparklines } from '@/lib/api'

/** As many as the API answers at once. */
const atOnce = 50
const shownFrom = '(min-width: 80rem)'
const everyMs = 600_000

function onWidth(listener: () => void): () => void {
  const media = matchMedia(shownFrom)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

async function fetchAll(ids: readonly number[]) {
  const starts = ids.map((_, index) => index).filter((index) => index % atOnce === 0)
  const answers = await Promise.all(starts.map((start) => fetchSparklines(ids.slice(start, start + atOnce))))
  return answers.flat()
}

/** The last 7 days of the coins of a page, fetched where their column has room, after the page itself. */
export function useSparklines(coins: readonly Coin[]): ReadonlyMap<number, number[]> {
  const isShown = useSyncExternalStore(
    onWidth,
    () => matchMedia(shownFrom).matches,
    () => false,
  )
  const ids = coins.map(({ id }) => id).sort((a, b) => a - b)
  const { data } = useQuery({
    queryKey: ['sparklines', ids.join()],
    queryFn: () => fetchAll(ids),
    enabled: isShown && ids.length > 0,
    staleTime: everyMs,
    placeholderData: keepPreviousData,
  })
  return useMemo(() => new Map(data?.map(({ coin_id, prices }) => [coin_id, prices])), [data])
}

import type { Sparklines } from '@contract/charts.ts'
import { useQueries } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { fetchSparklines } from './api'

/** As many as the API answers at once. */
export const sparklinesAtOnce = 50
const everyMs = 600_000

const toBlocks = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / sparklinesAtOnce) }, (_, block) =>
    ids.slice(block * sparklinesAtOnce, (block + 1) * sparklinesAtOnce).sort((a, b) => a - b),
  )

const combine = (results: readonly { data: Sparklines | undefined }[]) => results.flatMap(({ data }) => data ?? [])

/** The last 7 days of coins, by coin id, as they come; what came once stays while other coins are asked for. */
export function useSparklines(ids: readonly number[], enabled = true): ReadonlyMap<number, number[]> {
  const lines = useQueries({
    queries: toBlocks(ids).map((block) => ({
      queryKey: ['sparklines', block.join()],
      queryFn: () => fetchSparklines(block),
      staleTime: everyMs,
      enabled,
    })),
    combine,
  })
  const known = useRef(new Map<number, number[]>())
  return useMemo(() => {
    known.current = new Map([...known.current, ...lines.map(({ coin_id, prices }) => [coin_id, prices] as const)])
    return known.current
  }, [lines])
}

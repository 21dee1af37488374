import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { fetchReadiness } from '@/lib/api'
import { useConnection } from '@/lib/live'

const readyIntervalMs = 30_000
const problemIntervalMs = 3000

/** Readiness of server and ingest, polled every 30 s, every 3 s during a problem. */
export const useReadiness = () =>
  useQuery({
    queryKey: ['readiness'],
    queryFn: fetchReadiness,
    refetchInterval: ({ state: { data, status } }) =>
      status === 'success' && data?.status === 'ready' && data.ingest.state === 'ok'
        ? readyIntervalMs
        : problemIntervalMs,
    retry: false,
  })

/** Refetches the page's queries after a new snapshot, and the readiness when the stream disconnects. */
export function useDataRefresh(): void {
  const client = useQueryClient()
  const { data } = useReadiness()
  const { open } = useConnection()
  const published = data?.ingest.last_success_at
  const refreshed = useRef(published)
  useEffect(() => {
    if (published === undefined || published === null || published === refreshed.current) return
    refreshed.current = published
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'readiness' })
  }, [client, published])
  const wasOpen = useRef(open)
  useEffect(() => {
    if (wasOpen.current && !open) void client.invalidateQueries({ queryKey: ['readiness'] })
    wasOpen.current = open
  }, [client, open])
}

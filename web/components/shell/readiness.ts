import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { fetchReadiness } from '@/lib/api'
import { useConnection } from '@/lib/live'

const calmMs = 30_000
const watchfulMs = 3000

/** Whether the server and its market are well, asked again every 30 s, every 3 s while something is wrong. */
export const useReadiness = () =>
  useQuery({
    queryKey: ['readiness'],
    queryFn: fetchReadiness,
    refetchInterval: ({ state: { data, status } }) =>
      status === 'success' && data?.status === 'ready' && data.ingest.state === 'ok' ? calmMs : watchfulMs,
    retry: false,
  })

/** Asks for the pages' figures anew as soon as a new snapshot is there, and whether all is well when the stream breaks. */
export function useServerNews(): void {
  const client = useQueryClient()
  const { data } = useReadiness()
  const { open } = useConnection()
  const published = data?.ingest.last_success_at
  const shown = useRef(published)
  useEffect(() => {
    if (published === undefined || published === null || published === shown.current) return
    shown.current = published
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'readiness' })
  }, [client, published])
  const wasOpen = useRef(open)
  useEffect(() => {
    if (wasOpen.current && !open) void client.invalidateQueries({ queryKey: ['readiness'] })
    wasOpen.current = open
  }, [client, open])
}

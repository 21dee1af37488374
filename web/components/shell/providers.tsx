import type { Readiness } from '@contract/status.ts'
import { type DehydratedState, HydrationBoundary, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/pages'
import { type ReactNode, useEffect, useState } from 'react'
import { Toaster } from '@/components/ui/toast'
import { StarsProvider } from '@/components/watchlist/stars'
import { later } from '@/lib/later'
import { livePrices } from '@/lib/live'
import { startSession } from '@/lib/session'
import { followSystem } from './use-look'
import { useOrderlyBack } from './use-orderly-back'

const staleMs = 30_000

function createClient(readiness: Readiness | null): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: staleMs, retry: 1 } } })
  if (readiness !== null) client.setQueryData(['readiness'], readiness)
  return client
}

/** What every page lives in: queries, the URL's state, prices, who is signed in. `known`: what the page's queries know already. */
export function Providers({
  readiness,
  known,
  children,
}: {
  readiness: Readiness | null
  known: DehydratedState | undefined
  children: ReactNode
}) {
  const [client] = useState(() => createClient(readiness))
  useEffect(() => later(startSession), [])
  useEffect(() => later(() => livePrices.start()), [])
  useEffect(followSystem, [])
  useOrderlyBack()
  return (
    <QueryClientProvider client={client}>
      <StarsProvider>
        <NuqsAdapter>
          <HydrationBoundary state={known}>{children}</HydrationBoundary>
        </NuqsAdapter>
      </StarsProvider>
      <Toaster />
    </QueryClientProvider>
  )
}

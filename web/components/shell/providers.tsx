import type { Currency } from '@contract/currencies.ts'
import type { Readiness } from '@contract/status.ts'
import { type DehydratedState, HydrationBoundary, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/pages'
import { type ReactNode, useEffect, useState } from 'react'
import { Toaster } from '@/components/ui/toast'
import { StarsProvider } from '@/components/watchlist/stars'
import { livePrices } from '@/lib/live'
import { followSystemTheme } from '@/lib/preferences'
import { startSession } from '@/lib/session'
import { MoneyProvider } from './money-provider'
import { queueBackNavigation } from './queue-back'

const staleMs = 30_000

function createClient(readiness: Readiness | null): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: staleMs, retry: 1 } } })
  if (readiness !== null) client.setQueryData(['readiness'], readiness)
  return client
}

/** Contexts and connections of every page: queries, URL state, live prices, session. `dehydrated`: prefetched queries. */
export function Providers({
  readiness,
  currency,
  dehydrated,
  children,
}: {
  readiness: Readiness | null
  currency: Currency | null
  dehydrated: DehydratedState | undefined
  children: ReactNode
}) {
  const [client] = useState(() => createClient(readiness))
  useEffect(startSession, [])
  useEffect(() => livePrices.start(), [])
  useEffect(followSystemTheme, [])
  useEffect(queueBackNavigation, [])
  return (
    <QueryClientProvider client={client}>
      <StarsProvider>
        <NuqsAdapter>
          <HydrationBoundary state={dehydrated}>
            <MoneyProvider start={currency}>{children}</MoneyProvider>
          </HydrationBoundary>
        </NuqsAdapter>
      </StarsProvider>
      <Toaster />
    </QueryClientProvider>
  )
}

'use client'

import type { Readiness } from '@contract/status.ts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useEffect, useState } from 'react'
import { Toaster } from '@/components/ui/toast'
import { livePrices } from '@/lib/live'
import { startSession } from '@/lib/session'
import { useWatchlistNews } from '@/lib/watchlist'

const staleMs = 30_000

function createClient(readiness: Readiness | null): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: staleMs, retry: 1 } } })
  if (readiness !== null) client.setQueryData(['readiness'], readiness)
  return client
}

/** What belongs to whoever is signed in, over all tabs. */
function SessionKeeper() {
  useEffect(startSession, [])
  useWatchlistNews()
  return null
}

/** What every page lives in: theme, queries, the URL's state, prices, who is signed in. `nonce`: what its scripts bear. */
export function Providers({
  readiness,
  nonce,
  children,
}: {
  readiness: Readiness | null
  nonce: string
  children: ReactNode
}) {
  const [client] = useState(() => createClient(readiness))
  useEffect(() => livePrices.start(), [])
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="dark" nonce={nonce} enableSystem disableTransitionOnChange>
      <QueryClientProvider client={client}>
        <SessionKeeper />
        <NuqsAdapter>{children}</NuqsAdapter>
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  )
}

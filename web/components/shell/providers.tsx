'use client'

import type { Readiness } from '@contract/status.ts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useEffect, useState } from 'react'
import { livePrices } from '@/lib/live'

const staleMs = 30_000

function createClient(readiness: Readiness | null): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: staleMs, retry: 1 } } })
  if (readiness !== null) client.setQueryData(['readiness'], readiness)
  return client
}

/** What every page lives in: theme, queries, the URL's state, and the price stream. */
export function Providers({ readiness, children }: { readiness: Readiness | null; children: ReactNode }) {
  const [client] = useState(() => createClient(readiness))
  useEffect(() => livePrices.start(), [])
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="dark" enableSystem disableTransitionOnChange>
      <QueryClientProvider client={client}>
        <NuqsAdapter>{children}</NuqsAdapter>
      </QueryClientProvider>
    </ThemeProvider>
  )
}

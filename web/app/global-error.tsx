'use client'

import '@fontsource-variable/inter'
import './globals.css'
import { ErrorState } from '@/components/ui/states'

/** Stands in for the whole page when not even its frame could be made. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en" data-theme="dark">
      <body>
        <title>Error · CryptoFlow</title>
        <main className="flex min-h-dvh items-center justify-center">
          <ErrorState message="CryptoFlow could not draw this page. Trying again often helps." onRetry={reset} />
        </main>
      </body>
    </html>
  )
}

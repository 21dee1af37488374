'use client'

import { ErrorState } from '@/components/ui/states'

type PageErrorProps = { error: Error & { digest?: string }; reset: () => void }

export default function PageError({ error, reset }: PageErrorProps) {
  const mark = error.digest === undefined ? '' : ` The server's log has it under ${error.digest}.`
  return (
    <>
      <h1 className="sr-only">Error</h1>
      <ErrorState
        message={`This page met an error; the other pages go on. Trying again often helps.${mark}`}
        onRetry={reset}
      />
    </>
  )
}

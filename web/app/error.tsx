'use client'

import { ErrorState } from '@/components/ui/states'

export default function PageError({ reset }: { reset: () => void }) {
  return <ErrorState message="This page met an error. Trying again often helps." onRetry={reset} />
}

import type { ReactNode } from 'react'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'

type PanelStateProps = {
  error: Error | null
  onRetry: () => void
  /** Shown instead of the chart; null with data, undefined while loading. */
  empty: { title: string; text: string } | null | undefined
  className: string
  children: () => ReactNode
}

export const notComputedYet = {
  title: 'Not computed yet',
  text: 'Analytics run once the history backfill is done, then daily. This page updates automatically.',
}

/** The chart, or its loading, empty or error state at the same size. */
export function PanelState({ error, onRetry, empty, className, children }: PanelStateProps) {
  if (empty === undefined && error !== null)
    return (
      <div className={className}>
        <ErrorState message={error.message} onRetry={onRetry} />
      </div>
    )
  if (empty === undefined)
    return (
      <div className={className}>
        <div className="h-full p-4">
          <Skeleton className="h-full" />
        </div>
      </div>
    )
  if (empty === null) return children()
  return (
    <div className={className}>
      <EmptyState title={empty.title}>
        <p className="max-w-md text-[13px] text-muted">{empty.text}</p>
      </EmptyState>
    </div>
  )
}

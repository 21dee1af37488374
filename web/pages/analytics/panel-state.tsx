import type { ReactNode } from 'react'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'

type PanelStateProps = {
  error: Error | null
  onRetry: () => void
  /** What to say instead of the chart; null when there is something to draw. Undefined: nothing has come yet. */
  empty: { title: string; text: string } | null | undefined
  className: string
  children: () => ReactNode
}

/** Said while there are no analytics at all. */
export const notYet = {
  title: 'Not computed yet',
  text: 'On a first start this takes a few minutes, until the past of the coins is here. Then it is computed anew each night at 04:00 UTC. This page shows it as soon as it is there.',
}

/** What a panel shows: its chart, or why there is none, in a place of the same size. */
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

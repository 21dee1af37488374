import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { IntentLink } from '@/components/ui/intent-link'
import { Moment } from '@/components/ui/moment'
import { Pager } from '@/components/ui/pager'
import { Panel } from '@/components/ui/panel'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { fetchAlertEvents } from '@/lib/alerts'

const everyMs = 10_000

/** Triggers, newest first. */
export function AlertHistory() {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts', 'events', page],
    queryFn: () => fetchAlertEvents(page),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  return (
    <Panel title="History" note="Times in UTC, kept for a year">
      {data === undefined && error === null && <Skeleton className="m-4 h-24" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && data.items.length === 0 && (
        <p className="p-6 text-center text-[13px] text-muted">No alert has triggered yet.</p>
      )}
      {data !== undefined && data.items.length > 0 && (
        <>
          <ul data-testid="alert-history">
            {data.items.map(({ id, at, title, text, path }) => (
              <li
                key={id}
                className="grid gap-x-4 gap-y-0.5 border-t border-line px-4 py-2 text-[13px] first:border-t-0 sm:grid-cols-[8rem_1fr]"
              >
                <Moment at={at} precision="second" className="num whitespace-nowrap text-muted" />
                <span className="min-w-0">
                  <IntentLink href={path} className="font-medium hover:underline">
                    {title}
                  </IntentLink>
                  <span className="num block text-[12px] wrap-anywhere whitespace-pre-line text-muted">{text}</span>
                </span>
              </li>
            ))}
          </ul>
          {data.pages > 1 && <Pager list={data} onPage={setPage} />}
        </>
      )}
    </Panel>
  )
}

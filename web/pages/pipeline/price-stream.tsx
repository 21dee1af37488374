import type { FeedReport, Refusal, StreamReport } from '@contract/live.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CirclePause, CircleX, ClockAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Age, Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { type Status, StatusWord } from '@/components/ui/status-word'
import { Value } from '@/components/ui/value'
import { formatAge, formatExact, unknown } from '@/lib/format'
import { rejectionLabels, sourceStates } from './pipeline-labels'
import { streamQuery } from './pipeline-queries'

const names: Record<string, string> = { coincap: 'CoinCap' }
const toName = (source: string): string => names[source] ?? source.slice(0, 1).toUpperCase() + source.slice(1)

function toState({ source, stale }: StreamReport): Status {
  if (source === null)
    return { word: 'No source', icon: CirclePause, tone: 'bad', title: 'No price source is available' }
  if (stale) return { word: 'Stale', icon: CircleX, tone: 'bad', title: 'No recent price' }
  return { word: 'Live', icon: CircleCheck, tone: 'quiet', title: 'Receiving prices' }
}

function Figure({ label, title, children }: { label: string; title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 px-4 py-2.5" title={title}>
      <dt className="text-[12px] leading-4 text-muted">{label}</dt>
      <dd className="num mt-0.5 flex h-7 items-center truncate text-[16px] font-medium">{children}</dd>
    </div>
  )
}

const listRejections = ({ refused }: FeedReport): [string, number][] =>
  Object.entries(refused).flatMap(([reason, count]) =>
    count > 0 ? [[rejectionLabels[reason as Refusal] ?? reason, count] as [string, number]] : [],
  )

function Source({ feed, isActive }: { feed: FeedReport; isActive: boolean }) {
  const rejections = listRejections(feed)
  const total = rejections.reduce((sum, [, count]) => sum + count, 0)
  return (
    <li className="border-t border-line px-4 py-2.5 text-[12px] leading-5">
      <p className="flex flex-wrap items-center justify-between gap-x-4 text-[13px]">
        <span className="font-medium">
          {toName(feed.source)}
          {isActive && <span className="ml-2 text-[12px] font-normal text-muted">active</span>}
        </span>
        <StatusWord status={sourceStates[feed.state]} />
      </p>
      {feed.problem !== null && <p className="break-words text-muted">{feed.problem}</p>}
      {feed.retry_at !== null && (
        <p className="text-muted">
          Retry <Age at={feed.retry_at} />
        </p>
      )}
      <p className="num text-muted">
        {`${formatExact(feed.ticks)} prices · ${feed.failures} ${feed.failures === 1 ? 'disconnect' : 'disconnects'}`}
        {feed.last_tick_at !== null && (
          <>
            {' · last price '}
            <Moment at={feed.last_tick_at} precision="time" />
          </>
        )}
      </p>
      <p className="num text-muted" data-testid="rejected">
        {total === 0
          ? 'No prices rejected'
          : `${formatExact(total)} rejected: ${rejections.map(([why, count]) => `${formatExact(count)} ${why}`).join(', ')}`}
      </p>
    </li>
  )
}

function Report({ report }: { report: StreamReport }) {
  const { source, clients, frames_per_second, price_age_ms, feeds, clock } = report
  return (
    <>
      {clock.problem !== null && (
        <p
          className="flex gap-2 border-b border-line px-4 py-2.5 text-[13px] text-bad"
          role="status"
          data-testid="clock"
        >
          <ClockAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {clock.problem}
        </p>
      )}
      <dl className="grid grid-cols-2 gap-px bg-line [&>*]:bg-surface" data-testid="stream">
        <Figure label="Source" title="Source of the streamed prices">
          <Value text={source === null ? unknown : toName(source)} />
        </Figure>
        <Figure label="Last price" title="Age of the newest streamed price">
          <Value text={price_age_ms === null ? unknown : `${formatAge(price_age_ms)} ago`} />
        </Figure>
        <Figure label="Connected clients" title="WebSocket and server-sent events clients of this process">
          {formatExact(clients)}
        </Figure>
        <Figure label="Messages per second" title="Sent to clients, average of the last 10 s">
          {frames_per_second.toFixed(1)}
        </Figure>
      </dl>
      <ul aria-label="Price sources, preferred first">
        {feeds.map((feed) => (
          <Source key={feed.source} feed={feed} isActive={feed.source === source} />
        ))}
      </ul>
      {feeds.length === 0 && (
        <p className="border-t border-line px-4 py-3 text-[13px] text-muted">
          No price source is running. Prices come from the last snapshot. Start a process with the role “live”.
        </p>
      )}
    </>
  )
}

/** The state of the price stream and its sources. */
export function PriceStream() {
  const { data, error, refetch } = useQuery(streamQuery)
  const isFailing = error !== null
  return (
    <Panel
      title="Price stream"
      note={isFailing && data !== undefined ? "Can't reach the server. Showing the last known values." : undefined}
      controls={data !== undefined && !isFailing && <StatusWord status={toState(data)} className="mr-2 text-[13px]" />}
    >
      {data !== undefined && <Report report={data} />}
      {data === undefined && isFailing && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && !isFailing && <Skeleton className="m-4 h-48" />}
    </Panel>
  )
}

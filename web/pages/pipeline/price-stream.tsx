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
import { feedStates, refusalWords } from './pipeline-labels'
import { streamQuery } from './pipeline-queries'

const names: Record<string, string> = { coincap: 'CoinCap' }
const toName = (source: string): string => names[source] ?? source.slice(0, 1).toUpperCase() + source.slice(1)

function toState({ source, stale }: StreamReport): Status {
  if (source === null) return { word: 'No feed', icon: CirclePause, tone: 'bad', title: 'No feed of prices answers' }
  if (stale) return { word: 'Stale', icon: CircleX, tone: 'bad', title: 'No price has come for 30 s' }
  return { word: 'Live', icon: CircleCheck, tone: 'quiet', title: 'Prices come' }
}

function Figure({ label, title, children }: { label: string; title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 px-4 py-2.5" title={title}>
      <dt className="text-[12px] leading-4 text-muted">{label}</dt>
      <dd className="num mt-0.5 flex h-7 items-center truncate text-[16px] font-medium">{children}</dd>
    </div>
  )
}

const toRefused = ({ refused }: FeedReport): [string, number][] =>
  Object.entries(refused).flatMap(([reason, count]) =>
    count > 0 ? [[refusalWords[reason as Refusal] ?? reason, count] as [string, number]] : [],
  )

function Feed({ feed, inUse }: { feed: FeedReport; inUse: boolean }) {
  const refused = toRefused(feed)
  const total = refused.reduce((sum, [, count]) => sum + count, 0)
  return (
    <li className="border-t border-line px-4 py-2.5 text-[12px] leading-5">
      <p className="flex flex-wrap items-center justify-between gap-x-4 text-[13px]">
        <span className="font-medium">
          {toName(feed.source)}
          {inUse && <span className="ml-2 text-[12px] font-normal text-muted">in use</span>}
        </span>
        <StatusWord status={feedStates[feed.state]} />
      </p>
      {feed.problem !== null && <p className="break-words text-muted">{feed.problem}</p>}
      {feed.retry_at !== null && (
        <p className="text-muted">
          Next try <Age at={feed.retry_at} />
        </p>
      )}
      <p className="num text-muted">
        {`${formatExact(feed.ticks)} prices · ${feed.failures} ${feed.failures === 1 ? 'connection' : 'connections'} lost`}
        {feed.last_tick_at !== null && (
          <>
            {' · last at '}
            <Moment at={feed.last_tick_at} precision="time" />
          </>
        )}
      </p>
      <p className="num text-muted" data-testid="refused">
        {total === 0
          ? 'No price refused'
          : `${formatExact(total)} refused: ${refused.map(([why, count]) => `${formatExact(count)} ${why}`).join(', ')}`}
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
        <Figure label="Source in use" title="The feed whose prices readers get">
          <Value text={source === null ? unknown : toName(source)} />
        </Figure>
        <Figure label="Last price" title="Age of the newest streamed price">
          <Value text={price_age_ms === null ? unknown : `${formatAge(price_age_ms)} ago`} />
        </Figure>
        <Figure label="Readers" title="Over WebSocket and server-sent events, of this process">
          {formatExact(clients)}
        </Figure>
        <Figure label="Frames a second" title="Handed to readers, over the last 10 s">
          {frames_per_second.toFixed(1)}
        </Figure>
      </dl>
      <ul aria-label="Feeds, the preferred first">
        {feeds.map((feed) => (
          <Feed key={feed.source} feed={feed} inUse={feed.source === source} />
        ))}
      </ul>
      {feeds.length === 0 && (
        <p className="border-t border-line px-4 py-3 text-[13px] text-muted">
          No process produces prices: they are those of the last snapshot. Start one with the role live.
        </p>
      )}
    </>
  )
}

/** The stream of prices, asked anew every 2 s while the page is seen. */
export function Stream() {
  const { data, error, refetch } = useQuery(streamQuery)
  const isLost = error !== null
  return (
    <Panel
      title="Price stream"
      note={isLost && data !== undefined ? 'It does not answer: these are the last known figures' : undefined}
      controls={data !== undefined && !isLost && <StatusWord status={toState(data)} className="mr-2 text-[13px]" />}
    >
      {data !== undefined && <Report report={data} />}
      {data === undefined && isLost && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && !isLost && <Skeleton className="m-4 h-48" />}
    </Panel>
  )
}

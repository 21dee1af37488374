import type { Lineage, LineageNode } from '@contract/lineage.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Age } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { jobHref } from '@/lib/links'
import { toTableName } from '../quality/quality-names'
import { findRelated, linkWidth, toColumnHeight, toLinks } from './lineage-layout'
import { toJobName, toJobStatus } from './pipeline-labels'
import { lineageQuery } from './pipeline-queries'

const labels: Readonly<Record<string, { name: string; href: string }>> = {
  coingecko: { name: 'CoinGecko', href: '/pipeline?job=ingest_market_data' },
  exchanges: { name: 'Exchanges', href: '/pipeline?job=exchange_candles' },
  price_stream: { name: 'Price stream', href: '/pipeline#stream' },
  analytics_volatility: { name: 'Analytics', href: '/pipeline?job=compute_analytics' },
  data_quality_checks: { name: 'Check results', href: '/quality' },
  '/': { name: 'Dashboard', href: '/' },
  '/market': { name: 'Market', href: '/market' },
  '/coins': { name: 'Coin pages', href: '/coins/bitcoin' },
  '/analytics': { name: 'Analytics page', href: '/analytics' },
  '/pipeline': { name: 'Pipeline', href: '/pipeline' },
  '/quality': { name: 'Quality', href: '/quality' },
}

const toName = (id: string): string => labels[id]?.name ?? toTableName(id)
const toHref = (id: string): string => labels[id]?.href ?? `/quality#${id}`

const columns = [
  { kind: 'source', title: 'Sources' },
  { kind: 'table', title: 'Tables' },
  { kind: 'page', title: 'Pages' },
] as const

/** `6 of 7 checks passed`, with an icon for the worst result. */
function Checks({ checks: { passed, warnings, failed, errors } }: Pick<LineageNode, 'checks'>) {
  const total = passed + warnings + failed + errors
  if (total === 0) return null
  const isBad = failed + errors > 0
  const Icon = isBad ? CircleX : warnings > 0 ? TriangleAlert : CircleCheck
  const words = isBad
    ? `${failed + errors} of ${total} checks failed`
    : warnings > 0
      ? `${warnings} of ${total} checks ${warnings === 1 ? 'has a warning' : 'have warnings'}`
      : `${total} ${total === 1 ? 'check' : 'checks'} passed`
  return (
    <span className="inline-flex items-center gap-1" title={words}>
      <Icon
        aria-hidden
        size={14}
        strokeWidth={1.75}
        className={isBad ? 'text-bad' : warnings > 0 ? 'text-warn' : 'text-muted'}
      />
      <span aria-hidden>
        {passed}/{total}
      </span>
      <span className="sr-only">{words}</span>
    </span>
  )
}

function Jobs({ jobs }: Pick<LineageNode, 'jobs'>) {
  return jobs.map((job) => {
    const { tone, word, icon: Icon } = toJobStatus({ ...job, is_running: false })
    return (
      <IntentLink
        key={job.job_id}
        href={jobHref(job.job_id)}
        title={word}
        className={cn('inline-flex items-center gap-1 truncate hover:text-accent', tone === 'bad' && 'text-bad')}
      >
        {tone !== 'quiet' && <Icon aria-hidden size={12} strokeWidth={1.75} className="shrink-0" />}
        {toJobName(job.job_id)}
        {tone !== 'quiet' && <span className="sr-only">, {word.toLowerCase()}</span>}
      </IntentLink>
    )
  })
}

type NodeProps = { node: LineageNode; isDim: boolean; onPoint: (id: string | null) => void }

function Node({ node, isDim, onPoint }: NodeProps) {
  const { id, inputs, jobs, newest_at, checks } = node
  const from = inputs.map(toName).join(', ')
  return (
    <li
      onMouseEnter={() => onPoint(id)}
      onMouseLeave={() => onPoint(null)}
      onFocus={() => onPoint(id)}
      onBlur={() => onPoint(null)}
      className={cn(
        'flex min-w-0 flex-col justify-center rounded-control border border-line-strong bg-surface px-3 py-1.5 text-[12px] leading-4 md:h-16',
        isDim && 'md:opacity-40',
      )}
      data-node={id}
    >
      <p className="flex items-baseline justify-between gap-2">
        <IntentLink href={toHref(id)} className="truncate text-[13px] font-medium hover:text-accent" title={id}>
          {toName(id)}
        </IntentLink>
        <span className="num shrink-0 text-muted">
          <Checks checks={checks} />
        </span>
      </p>
      <p className="num flex min-w-0 flex-wrap gap-x-3 text-muted md:flex-nowrap">
        {newest_at === null ? (
          <span className="text-faint">No data</span>
        ) : (
          <span className="shrink-0" title={newest_at}>
            <Age at={newest_at} />
          </span>
        )}
        <Jobs jobs={jobs} />
      </p>
      {from !== '' && <p className="text-faint md:sr-only">From {from}</p>}
    </li>
  )
}

type Point = { related: ReadonlySet<string> | null; height: number }

function Lines({ lineage, gap, related, height }: Point & { lineage: Lineage; gap: 'left' | 'right' }) {
  const links = toLinks(lineage.nodes).filter((link) => link.gap === gap)
  const isOn = ({ from, to }: { from: string; to: string }) => related?.has(from) === true && related.has(to)
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${linkWidth} ${height}`}
      preserveAspectRatio="none"
      height={height}
      className="mt-8 hidden w-full md:block"
    >
      {links.map((link) => (
        <path
          key={`${link.from} ${link.to}`}
          d={link.path}
          fill="none"
          vectorEffect="non-scaling-stroke"
          className={cn(
            isOn(link) ? 'stroke-accent' : 'stroke-line-strong',
            related !== null && !isOn(link) && 'opacity-40',
          )}
        />
      ))}
    </svg>
  )
}

function Graph({ lineage }: { lineage: Lineage }) {
  const [active, setActive] = useState<string | null>(null)
  const related = active === null ? null : findRelated(lineage.nodes, active)
  const height = toColumnHeight(
    Math.max(...columns.map(({ kind }) => lineage.nodes.filter((node) => node.kind === kind).length)),
  )
  return (
    <div
      className="grid gap-y-4 p-4 md:grid-cols-[minmax(0,3fr)_minmax(40px,1fr)_minmax(0,4fr)_minmax(40px,1fr)_minmax(0,3fr)]"
      data-testid="lineage"
    >
      {columns.map(({ kind, title }, index) => (
        <div key={kind} className="contents">
          {index > 0 && (
            <Lines lineage={lineage} gap={index === 1 ? 'left' : 'right'} related={related} height={height} />
          )}
          <section aria-label={title} className="min-w-0">
            <h3 className="h-8 text-[12px] font-medium text-muted">{title}</h3>
            <ul className="grid gap-2">
              {lineage.nodes
                .filter((node) => node.kind === kind)
                .map((node) => (
                  <Node
                    key={node.id}
                    node={node}
                    isDim={related !== null && !related.has(node.id)}
                    onPoint={setActive}
                  />
                ))}
            </ul>
          </section>
        </div>
      ))}
    </div>
  )
}

/** The path of the data from its sources to the pages, with freshness and check results. */
export function LineagePanel() {
  const { data, error, refetch } = useQuery(lineageQuery)
  return (
    <Panel title="Lineage" note="Age of the newest data, checks passed, and the job that writes each table">
      {data !== undefined && <Graph lineage={data} />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-96" />}
    </Panel>
  )
}

import type { RunDetail, RunRequest } from '@contract/pipeline.ts'
import { cn } from '@/components/ui/cn'
import { Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { formatDuration, formatExact } from '@/lib/format'

const maxBar = 48
const wideOnly = 'hidden md:table-cell'
const cell = 'h-8 px-2 whitespace-nowrap first:pl-4 last:pr-4'
const head = 'h-8 border-b border-line px-2 text-[12px] font-medium text-muted first:pl-4 last:pr-4'

const toSummary = (requests: readonly RunRequest[]): string => {
  const total = requests.at(-1)?.number ?? 0
  const failed = requests.filter(({ error }) => error !== null).length
  const sorted = requests.map(({ ms }) => ms).sort((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return `${formatExact(total)} ${total === 1 ? 'request' : 'requests'}, ${failed} failed, median ${formatExact(median)} ms`
}

function Row({ request, slowest }: { request: RunRequest; slowest: number }) {
  const { number, at, endpoint, status, ms, waited_ms, retries, error } = request
  return (
    <tr className="border-b border-line last:border-0">
      <td className={cell}>{number}</td>
      <td className={cn(cell, wideOnly)}>
        <Moment at={at} precision="second" />
      </td>
      <td className={cn(cell, 'max-w-40 truncate md:max-w-64')} title={endpoint}>
        {endpoint}
      </td>
      <td className={cn(cell, error !== null && 'font-medium text-bad')} title={error ?? undefined}>
        {status ?? 'No response'}
        {error !== null && <span className="sr-only">, {error}</span>}
      </td>
      <td className={cell}>
        <span className="flex items-center justify-end gap-2">
          <span className="text-right">{formatExact(ms)} ms</span>
          <svg aria-hidden width={maxBar} height={8}>
            <rect
              width={Math.max(1, (maxBar * ms) / Math.max(1, slowest))}
              height={8}
              rx={1}
              className={error === null ? 'fill-muted' : 'fill-bad'}
            />
          </svg>
        </span>
      </td>
      <td className={cn(cell, 'text-right')}>{waited_ms === 0 ? '0' : formatDuration(waited_ms / 1000)}</td>
      <td className={cn(cell, 'text-right')}>{retries}</td>
    </tr>
  )
}

const columns = [
  ['No.', 'text-left'],
  ['Started', cn('text-left', wideOnly)],
  ['Endpoint', 'text-left'],
  ['Status', 'text-left'],
  ['Duration', 'text-right'],
  ['Rate limit wait', 'text-right'],
  ['Retries', 'text-right'],
] as const

/** The source requests of a run with their timings. */
export function Requests({ run: { requests, status } }: { run: RunDetail }) {
  if (requests.length === 0)
    return (
      <Panel title="Source requests">
        <p className="p-4 text-[13px] text-muted">
          {status === 'running' ? 'No requests so far.' : 'No requests to a source.'}
        </p>
      </Panel>
    )
  const slowest = Math.max(...requests.map(({ ms }) => ms))
  return (
    <Panel title="Source requests" note={toSummary(requests)}>
      <ScrollRegion label="Table of source requests" className="max-h-96 overflow-auto">
        <table className="num w-full border-collapse text-[12px] md:text-[13px]" data-testid="requests">
          <thead className="sticky top-0 bg-surface">
            <tr>
              {columns.map(([label, align]) => (
                <th key={label} scope="col" className={cn(head, align, 'whitespace-nowrap')}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {requests.map((request) => (
              <Row key={request.number} request={request} slowest={slowest} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {requests.length >= 200 && (
        <p className="border-t border-line px-4 py-2 text-[12px] text-muted">The first 50 and the last 150 are kept.</p>
      )}
    </Panel>
  )
}

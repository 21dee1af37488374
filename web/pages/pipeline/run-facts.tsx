import type { RunDetail } from '@contract/pipeline.ts'
import { CheckLink } from '@/components/ui/check-link'
import type { Fact } from '@/components/ui/fact-list'
import { Moment } from '@/components/ui/moment'
import { Value } from '@/components/ui/value'
import { formatDuration, formatExact } from '@/lib/format'
import { triggerLabels } from './pipeline-labels'

const toCount = (rows: number | null) => <Value text={formatExact(rows)} />

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** A value of `details`: instants are formatted, checks are links. */
function Detail({ name, value }: { name: string; value: unknown }) {
  if (typeof value === 'string' && instant.test(value)) return <Moment at={value} precision="second" />
  if (Array.isArray(value) && value.length === 0) return 'None'
  if (Array.isArray(value) && (name === 'opened' || name === 'closed'))
    return value.map((check) => <CheckLink key={String(check)} name={String(check)} className="mr-3" />)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}

const toLabel = (name: string): string => {
  const words = name.replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** Trigger, times and row counts of a run. */
export const toFacts = (run: RunDetail): Fact[] => [
  { label: 'Trigger', value: triggerLabels[run.trigger] },
  { label: 'Attempt', value: run.attempt },
  { label: 'Started', value: <Moment at={run.start_time} precision="second" /> },
  {
    label: 'Ended',
    value: run.end_time === null ? 'In progress' : <Moment at={run.end_time} precision="second" />,
  },
  { label: 'Duration', value: formatDuration(run.duration_seconds) },
  { label: 'Rows read', value: toCount(run.records_read) },
  { label: 'Rows written', value: toCount(run.records_processed) },
  {
    label: 'Rows rejected',
    title: 'Quarantined with the rule they broke',
    value: toCount(run.records_rejected),
  },
]

/** What the job reported. */
export const toResults = ({ details }: RunDetail): Fact[] =>
  Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ label: toLabel(name), value: <Detail name={name} value={value} /> }))

import type { JobHealth } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Skeleton } from '@/components/ui/states'
import { formatAge } from '@/lib/format'
import { useNow } from '@/lib/now'
import { type First, jobsQuery, qualityQuery } from './dashboard-queries'
import { type Tone, toJobName, toJobState, toQualityState } from './health-labels'

const looks: Record<Tone, { icon: LucideIcon; className: string }> = {
  good: { icon: CircleCheck, className: 'text-muted' },
  fair: { icon: TriangleAlert, className: 'text-warn' },
  bad: { icon: OctagonX, className: 'text-down' },
  none: { icon: CircleDashed, className: 'text-faint' },
}
const everyMs = 10_000

type CellProps = { href: string; label: string; word: string; tone: Tone; note: ReactNode; title?: string | undefined }

function Cell({ href, label, word, tone, note, title }: CellProps) {
  const { icon: Icon, className } = looks[tone]
  return (
    <IntentLink href={href} title={title} className="flex min-w-0 flex-col gap-0.5 px-4 py-3 hover:bg-raised">
      <span className="text-[12px] leading-4 text-muted">{label}</span>
      <span className="flex h-6 items-center gap-1.5 font-medium whitespace-nowrap">
        <Icon size={16} strokeWidth={1.75} className={cn('shrink-0', className)} />
        {word}
      </span>
      <span className="num truncate text-[12px] leading-4 text-faint">{note}</span>
    </IntentLink>
  )
}

function toNote(job: JobHealth, now: number | null): string {
  if (job.state === 'failing' && job.last_error !== null) return job.last_error
  if (job.last_success_at === null) return 'no success yet'
  if (now === null) return 'last success'
  return `last success ${formatAge(Math.max(60_000, now - Date.parse(job.last_success_at)))} ago`
}

const lines = 'grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 xl:grid-cols-6 [&>*]:bg-surface'

/** Is what the page shows current, and the machinery behind it well? One cell a job, and one for the data's quality. */
export function HealthStrip({ first }: { first: First }) {
  const jobs = useQuery(jobsQuery(first))
  const quality = useQuery(qualityQuery(first))
  const now = useNow(everyMs)
  const state = toQualityState(quality.data ?? [])
  const problem = jobs.error ?? quality.error
  return (
    <section aria-label="Pipeline and data quality" className="below" data-testid="health">
      {jobs.data === undefined && problem !== null && (
        <p role="alert" className="panel p-4 text-[13px] text-muted">
          How the pipeline is could not be loaded: {problem.message}
        </p>
      )}
      {jobs.data === undefined && problem === null && <Skeleton className="h-[84px] rounded-panel" />}
      {jobs.data !== undefined && (
        <div className={cn('panel', lines)}>
          {jobs.data.map((job) => (
            <Cell
              key={job.job_id}
              href="/pipeline"
              label={toJobName(job.job_id)}
              {...toJobState(job)}
              note={toNote(job, now)}
              title={job.last_error ?? undefined}
            />
          ))}
          <Cell
            href="/quality"
            label="Data quality"
            word={state?.word ?? 'Not checked yet'}
            tone={state?.tone ?? 'none'}
            note={state?.note ?? 'the first checks follow the first snapshot'}
          />
        </div>
      )}
    </section>
  )
}

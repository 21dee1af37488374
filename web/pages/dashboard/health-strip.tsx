import type { JobHealth } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Skeleton } from '@/components/ui/states'
import { type Status, StatusWord } from '@/components/ui/status-word'
import { formatAge } from '@/lib/format'
import { useNow } from '@/lib/hooks'
import { toJobName, toJobStatus } from '../pipeline/pipeline-labels'
import { type InitialData, jobsQuery, qualityQuery } from './dashboard-queries'
import { toQualityHealth } from './health-labels'

const everyMs = 10_000

type CellProps = { href: string; label: string; status: Status; note: string; title?: string | undefined }

function Cell({ href, label, status, note, title }: CellProps) {
  return (
    <IntentLink href={href} title={title} className="flex min-w-0 flex-col gap-0.5 px-4 py-3 hover:bg-raised">
      <span className="text-[12px] leading-4 text-muted">{label}</span>
      <StatusWord status={status} className="h-6 font-medium" />
      <span className="num truncate text-[12px] leading-4 text-faint">{note}</span>
    </IntentLink>
  )
}

function toNote(job: JobHealth, now: number | null): string {
  if (job.state === 'failing' && job.last_error !== null) return job.last_error
  if (job.last_success_at === null) return 'No successful run yet'
  if (now === null) return 'Last success'
  return `Last success ${formatAge(Math.max(60_000, now - Date.parse(job.last_success_at)))} ago`
}

/** The cells of the last row share its width. */
const cells = 'flex flex-wrap gap-px overflow-hidden bg-line [&>*]:shrink-0 [&>*]:grow [&>*]:basis-37 [&>*]:bg-surface'

/** One cell per job, and one for data quality. */
export function HealthStrip({ initial }: { initial: InitialData }) {
  const jobs = useQuery(jobsQuery(initial))
  const quality = useQuery(qualityQuery(initial))
  const now = useNow(everyMs)
  const error = jobs.error ?? quality.error
  return (
    <section aria-label="Pipeline and data quality" className="below" data-testid="health">
      {jobs.data === undefined && error !== null && (
        <p role="alert" className="panel p-4 text-[13px] text-muted">
          Can't load pipeline health: {error.message}
        </p>
      )}
      {jobs.data === undefined && error === null && <Skeleton className="h-[84px] rounded-panel" />}
      {jobs.data !== undefined && (
        <div className={cn('panel', cells)}>
          {jobs.data.map((job) => (
            <Cell
              key={job.job_id}
              href="/pipeline"
              label={toJobName(job.job_id)}
              status={toJobStatus(job)}
              note={toNote(job, now)}
              title={job.last_error ?? undefined}
            />
          ))}
          <Cell href="/quality" label="Data quality" {...toQualityHealth(quality.data ?? [])} />
        </div>
      )}
    </section>
  )
}

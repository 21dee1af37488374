import type { JobHealth } from '@contract/pipeline.ts'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'
import { jobHref } from '@/lib/links'
import { toJobAbout, toJobName } from '@/pages/pipeline/pipeline-labels'

export function Schedule({ jobs }: { jobs: readonly JobHealth[] | null }) {
  return (
    <Panel title="Jobs" note="Cron schedules in UTC">
      {jobs === null ? (
        <p className="px-4 py-3 text-[13px] text-muted">
          Can't reach the server.{' '}
          <a href="/how-it-works" className="text-accent underline">
            Try again
          </a>
        </p>
      ) : (
        <ReferenceTable
          caption="Job schedules"
          head={['Job', 'Description', 'Cron']}
          rows={jobs.map(({ job_id, schedule }) => ({
            key: job_id,
            cells: [
              <IntentLink key="job" href={jobHref(job_id)} className="hover:text-accent">
                {toJobName(job_id)}
              </IntentLink>,
              toJobAbout(job_id),
              <code key="cron" className="text-[12px] whitespace-nowrap">
                {schedule ?? 'No worker started yet'}
              </code>,
            ],
          }))}
        />
      )}
    </Panel>
  )
}

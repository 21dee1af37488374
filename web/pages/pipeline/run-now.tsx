import type { JobHealth } from '@contract/pipeline.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { requestRun } from '@/lib/api'
import { toJobId, toJobName } from './pipeline-labels'

/** Queues a run of a job, with the outcome beside the button. `label`: shown instead of the icon alone. */
export function RunNow({ job, label }: { job: JobHealth; label?: string }) {
  const client = useQueryClient()
  const id = toJobId(job.job_id)
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: async () => {
      if (id !== null) await requestRun(id)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['pipeline'] }),
  })
  const outcome = error?.message ?? (isSuccess && !job.is_running ? 'Queued' : '')
  return (
    <span className="inline-flex items-center gap-2">
      <span role="status" className="max-w-24 truncate text-[12px] text-muted" title={outcome}>
        {outcome}
      </span>
      <Button
        size={label === undefined ? 'icon' : 'normal'}
        disabled={isPending || job.is_running}
        aria-label={`${label ?? 'Run now'}: ${toJobName(job.job_id)}`}
        title="Run now"
        onClick={() => mutate()}
      >
        <Play size={14} strokeWidth={1.75} />
        {label}
      </Button>
    </span>
  )
}

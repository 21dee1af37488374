import type { JobHealth } from '@contract/pipeline.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CirclePlay, Pause } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { pauseJob } from '@/lib/api'
import { showToast } from '@/lib/toast'
import { toJobId, toJobName } from './pipeline-labels'

/** Pauses or resumes the schedule of a job. */
export function PauseJob({ job }: { job: JobHealth }) {
  const client = useQueryClient()
  const id = toJobId(job.job_id)
  const isPaused = job.state === 'paused'
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      if (id !== null) await pauseJob(id, !isPaused)
    },
    onError: (error) => showToast(error.message),
    onSettled: () => client.invalidateQueries({ queryKey: ['pipeline'] }),
  })
  const action = isPaused ? 'Resume schedule' : 'Pause schedule'
  const Icon = isPaused ? CirclePlay : Pause
  return (
    <Button
      size="icon"
      disabled={isPending}
      aria-label={`${action}: ${toJobName(job.job_id)}`}
      title={action}
      onClick={() => mutate()}
    >
      <Icon size={14} strokeWidth={1.75} />
    </Button>
  )
}
